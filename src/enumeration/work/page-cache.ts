import type { TangleFields } from "../tangles/tangle.ts";
import type { PageRequest, TangleStore } from "./ports.ts";

/** Tangles that are kept in all, 15 MB: 100 pages of the usual size. */
const MOST_TANGLES = 50_000;
/**
 * A page is read again after this time, so that a worker does not go on for ever with what somebody has repaired in the
 * database meanwhile.
 */
const OLDEST_MS = 120_000;

interface ReadPage {
	readonly tangles: TangleFields[];
	readonly readAt: number;
}

/**
 * A store whose pages are read once in a while: the jobs of a stencil come page by page of its rootstocks, each with every
 * page of its scions, and pages are cut from complete TCNs, which do not change. The page that was used longest ago goes
 * first. A page that cannot be read is not kept.
 */
export class PageCache implements TangleStore {
	readonly #store: TangleStore;
	readonly #now: () => number;
	/** In the order of their last use. */
	readonly #pages = new Map<string, ReadPage>();
	#kept = 0;

	/** `now` gives milliseconds of a clock that only goes on. */
	constructor(store: TangleStore, now: () => number = () => performance.now()) {
		this.#store = store;
		this.#now = now;
	}

	get name(): string {
		return this.#store.name;
	}

	async page(request: PageRequest, signal: AbortSignal): Promise<TangleFields[]> {
		const key = `${request.id} ${request.tcn} ${request.goodOnly} ${request.size}`;
		const known = this.#pages.get(key);
		if (known !== undefined) {
			this.#drop(key);
			if (this.#now() - known.readAt < OLDEST_MS) return this.#keep(key, known);
		}
		const readAt = this.#now();
		return this.#keep(key, { tangles: await this.#store.page(request, signal), readAt });
	}

	async store(tangles: readonly TangleFields[], signal: AbortSignal): Promise<number> {
		return await this.#store.store(tangles, signal);
	}

	#keep(key: string, page: ReadPage): TangleFields[] {
		this.#drop(key);
		this.#pages.set(key, page);
		this.#kept += page.tangles.length;
		for (const oldest of this.#pages.keys()) {
			if (this.#kept <= MOST_TANGLES) break;
			this.#drop(oldest);
		}
		return page.tangles;
	}

	#drop(key: string): void {
		this.#kept -= this.#pages.get(key)?.tangles.length ?? 0;
		this.#pages.delete(key);
	}
}
