import type { Pages } from "./pages.ts";
import type { TanglePages } from "./ports.ts";

/** The pages of every TCN, each found once in a run: the TCNs that are paged are complete, so they do not change. */
export class PageCatalog {
	readonly #source: TanglePages;
	readonly #pageSize: number;
	readonly #found = new Map<string, Pages>();

	constructor(source: TanglePages, pageSize: number) {
		this.#source = source;
		this.#pageSize = pageSize;
	}

	get sourceName(): string {
		return this.#source.name;
	}

	/** Rootstocks of `tcn`: all its tangles. */
	async rootstocks(tcn: number): Promise<Pages> {
		return await this.#pages(tcn, false);
	}

	/** Scions of `tcn`: its good tangles. */
	async scions(tcn: number): Promise<Pages> {
		return await this.#pages(tcn, true);
	}

	async #pages(tcn: number, goodOnly: boolean): Promise<Pages> {
		const key = `${tcn} ${goodOnly}`;
		const known = this.#found.get(key);
		if (known !== undefined) return known;
		const pages = await this.#source.find(tcn, goodOnly, this.#pageSize);
		this.#found.set(key, pages);
		return pages;
	}
}
