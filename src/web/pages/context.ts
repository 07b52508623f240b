/** What a page is told beside its document. */
export interface PageContext {
	/** In front of every path of ours, such as `/tangles`; empty where there is none. No slash at its end. */
	readonly basePath: string;
	/** Path of the page with its query, without the base path: `/batches?type=Newspaper`. */
	readonly path: string;
	readonly now: Date;
	/** IANA name of the zone in which times are shown, such as `Europe/Copenhagen`. */
	readonly timeZone: string;
	/** Time between two looks, ms. */
	readonly everyMs: number;
	readonly version: string;
}
