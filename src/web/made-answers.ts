/** A page whose ages are older by so much is made anew, ms. */
const MAX_AGE_MS = 1000;
/** Pages of different addresses that are kept. */
const MOST_KEPT = 20;

interface MadePage {
	/** Its bytes, which all answers share: a text is copied for each. */
	readonly html: Promise<Blob>;
	/** What it was made of. */
	readonly of: object;
	/** By `performance.now()`, ms. */
	readonly madeAt: number;
}

/**
 * Pages as text. Hundreds of readers ask for one page at a time, when they are told that there is something new: it is
 * made once, however many ask for it within a second, unless what it shows has changed meanwhile.
 */
export class MadePages {
	readonly #pages = new Map<string, MadePage>();

	/** The page at that address, by what it is made of: as long as it is the same object, `make` gives the same page. */
	async html(address: string, of: object, make: () => Promise<string>): Promise<Blob> {
		const known = this.#pages.get(address);
		const now = performance.now();
		if (known?.of === of && now - known.madeAt < MAX_AGE_MS) return await known.html;
		const html = make().then((text) => new Blob([text]));
		this.#pages.delete(address);
		this.#pages.set(address, { html, of, madeAt: now });
		const [oldest] = this.#pages.keys();
		if (this.#pages.size > MOST_KEPT && oldest !== undefined) this.#pages.delete(oldest);
		return await html;
	}
}
