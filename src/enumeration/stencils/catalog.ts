import type { CompleteTcns } from "./complete.ts";
import type { Pages } from "./pages.ts";
import type { TanglePages } from "./ports.ts";

/**
 * The pages of the TCNs that are complete, each TCN's found once: complete TCNs do not change. It gives no page of any
 * other TCN (`complete.ts` has the reason).
 */
export class PageCatalog {
	readonly #source: TanglePages;
	readonly #pageSize: number;
	#complete: CompleteTcns | undefined;
	readonly #found = new Map<string, { readonly tcn: number; readonly pages: Pages }>();

	constructor(source: TanglePages, pageSize: number) {
		this.#source = source;
		this.#pageSize = pageSize;
	}

	get sourceName(): string {
		return this.#source.name;
	}

	/** From now on gives the pages of `complete`; forgets the pages of TCNs that are no longer complete. */
	admit(complete: CompleteTcns): void {
		this.#complete = complete;
		for (const [key, { tcn }] of this.#found) if (!complete.has(tcn)) this.#found.delete(key);
	}

	/** Rootstocks of `tcn`: all its tangles. Throws an Error where that TCN is not complete. */
	async rootstocks(tcn: number): Promise<Pages> {
		return await this.#pages(tcn, false);
	}

	/** Scions of `tcn`: its good tangles. Throws an Error where that TCN is not complete. */
	async scions(tcn: number): Promise<Pages> {
		return await this.#pages(tcn, true);
	}

	async #pages(tcn: number, goodOnly: boolean): Promise<Pages> {
		if (this.#complete?.has(tcn) !== true) {
			throw new Error(`TCN ${tcn} was to be paged, but only those up to ${this.#complete?.upTo ?? 0} are complete`);
		}
		const key = `${tcn} ${goodOnly}`;
		const known = this.#found.get(key);
		if (known !== undefined) return known.pages;
		const pages = await this.#source.find(tcn, goodOnly, this.#pageSize);
		this.#found.set(key, { tcn, pages });
		return pages;
	}
}
