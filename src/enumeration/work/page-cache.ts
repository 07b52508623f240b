import type { TangleFields } from "../tangles/tangle.ts";
import type { PageRequest, TanglePageSource, TangleStore } from "./ports.ts";

/** Tangles that are kept in all, 15 MB: 100 pages of the usual size. */
const MOST_TANGLES = 50_000;
/**
 * A page is read again after this time, so that a worker does not go on for ever with what somebody has repaired in the
 * database meanwhile.
 */
const OLDEST_MS = 120_000;

/**
 * Tangles that are read at once, in whole pages: the next jobs need the next pages. A server that does not stop at the
 * limit of a query gathers for each read all that stands behind its first tangle.
 */
const READ_AT_ONCE = 5000;

interface ReadPage {
	readonly tangles: TangleFields[];
	readonly readAt: number;
}

/**
 * A store whose pages are read several at a time, and once in a while: the jobs of a stencil come page by page of its rootstocks, each with every
 * page of its scions, and pages are cut from complete TCNs, which do not change. The page that was used longest ago goes
 * first. A page that cannot be read is not kept.
 */
export class PageCache implements TangleStore {
	readonly #source: TanglePageSource;
	readonly #now: () => number;
	/** In the order of their last use. */
	readonly #pages = new Map<string, ReadPage>();
	#kept = 0;

	/** `now` gives milliseconds of a clock that only goes on. */
	constructor(source: TanglePageSource, now: () => number = () => performance.now()) {
		this.#source = source;
		this.#now = now;
	}

	get name(): string {
		return this.#source.name;
	}

	async page(request: PageRequest, signal: AbortSignal): Promise<TangleFields[]> {
		const key = keyOf(request);
		const known = this.#pages.get(key);
		if (known !== undefined) {
			this.#drop(key);
			if (this.#now() - known.readAt < OLDEST_MS) return this.#keep(key, known);
		}
		const readAt = this.#now();
		const most = Math.max(1, Math.floor(READ_AT_ONCE / request.size));
		const [first, ...next] = await this.#source.pages(request, most, signal);
		for (const { id, tangles } of next) this.#keep(keyOf({ ...request, id }), { tangles, readAt });
		return this.#keep(key, { tangles: first.tangles, readAt });
	}

	async store(tangles: readonly TangleFields[], signal: AbortSignal): Promise<number> {
		return await this.#source.store(tangles, signal);
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

function keyOf({ id, tcn, goodOnly, size }: PageRequest): string {
	return `${id} ${tcn} ${goodOnly} ${size}`;
}
