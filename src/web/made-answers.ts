import pLimit from "p-limit";
import type { MemoryKeeper } from "../base/garbage.ts";

/** An answer whose ages are older by so much is made anew, ms. */
const MAX_AGE_MS = 1000;
/** Answers to different addresses that are kept. */
const MOST_KEPT = 20;

interface MadeAnswer {
	/** Its bytes, which all who ask share: a text is copied for each. */
	readonly made: Promise<{ readonly body: Blob; readonly status: number; readonly headers: Headers }>;
	/** What it was made of. */
	readonly of: object;
	/** By `performance.now()`, ms. */
	readonly madeAt: number;
}

/**
 * Answers as bytes. Hundreds of readers ask for one page at a time, when they are told that there is something new: it is
 * made once, however many ask for it within a second, unless what it shows has changed meanwhile.
 */
export class MadeAnswers {
	readonly #answers = new Map<string, MadeAnswer>();
	readonly #memory: Pick<MemoryKeeper, "look">;
	/** One by one: what each leaves is collected before the next. */
	readonly #inTurn = pLimit(1);

	constructor(memory: Pick<MemoryKeeper, "look">) {
		this.#memory = memory;
	}

	/** The answer at that address, by what it is made of: as long as it is the same object, `make` gives the same. */
	async answer(address: string, of: object, make: () => Promise<Response>): Promise<Response> {
		const known = this.#answers.get(address);
		const now = performance.now();
		const isFresh = known?.of === of && now - known.madeAt < MAX_AGE_MS;
		const made = isFresh ? known.made : this.#inTurn(() => this.#make(make));
		if (!isFresh) {
			this.#answers.delete(address);
			this.#answers.set(address, { made, of, madeAt: now });
			this.#drop(now);
		}
		const { body, status, headers } = await made;
		return new Response(body, { status, headers });
	}

	async #make(make: () => Promise<Response>): Promise<Awaited<MadeAnswer["made"]>> {
		const response = await make();
		const body = await response.blob();
		this.#memory.look();
		return { body, status: response.status, headers: response.headers };
	}

	/** Those that nobody will be given any more, and the oldest where they are too many. */
	#drop(now: number): void {
		for (const [address, { madeAt }] of this.#answers) {
			if (now - madeAt < MAX_AGE_MS && this.#answers.size <= MOST_KEPT) return;
			this.#answers.delete(address);
		}
	}
}
