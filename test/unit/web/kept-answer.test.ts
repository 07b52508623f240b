import { expect, spyOn, test } from "bun:test";
import { Fault } from "../../../src/base/fault.ts";
import { type Keeping, KeptAnswer } from "../../../src/web/kept-answer.ts";
import { KeptAnswers } from "../../../src/web/kept-answers.ts";

const AGE_MS = 60_000;

function keeping(
	limitMs = 10_000,
): Keeping & { readonly unforeseen: (error: unknown) => void; readonly bugs: unknown[] } {
	const bugs: unknown[] = [];
	const memory = { look() {} };
	return { limitMs, stop: new AbortController().signal, bugs, memory, unforeseen: (error) => bugs.push(error) };
}

test("however many ask, it is asked once; and again only when the answer is too old", async () => {
	let asked = 0;
	const kept = new KeptAnswer(async () => {
		asked += 1;
		return asked;
	}, keeping());
	const answers = await Promise.all(Array.from({ length: 200 }, () => kept.fresh(AGE_MS)));
	expect(new Set(answers.map(({ value }) => value))).toEqual(new Set([1]));
	expect((await kept.fresh(AGE_MS)).value).toBe(1);
	expect((await kept.fresh(0)).value).toBe(2);
	expect(asked).toBe(2);
});

test("a fault leaves the last known value, with its time and since when it is so; the next answer takes it back", async () => {
	const answers: (() => Promise<string>)[] = [
		async () => "first",
		async () => Promise.reject(new Fault("unreachable", "no route", { hint: "look at the cable" })),
		async () => Promise.reject(new Fault("unreachable", "still none")),
		async () => "second",
	];
	const kept = new KeptAnswer(() => answers.shift()?.() ?? Promise.reject(new Error("asked too often")), keeping());
	const first = await kept.fresh(0);
	expect(first).toMatchObject({ value: "first", fault: undefined, faultSince: undefined });
	const out = await kept.fresh(0);
	expect(out).toMatchObject({ value: "first", fault: { message: "no route", hint: "look at the cable" } });
	expect(out.takenAt).toEqual(first.takenAt);
	// Told at once while it is asked again: nobody waits for a server that is away.
	expect((await kept.fresh(AGE_MS)).fault?.message).toBe("no route");
	const still = await settled(kept);
	expect(still).toMatchObject({ value: "first", fault: { message: "still none" } });
	expect(still.faultSince).toEqual(out.faultSince);
	expect(await settled(kept)).toMatchObject({ value: "second", fault: undefined, faultSince: undefined });
});

/** Asks anew and waits for the answer, also while there is a fault. */
async function settled<T>(kept: KeptAnswer<T>) {
	const before = kept.current;
	await kept.fresh(0);
	while (kept.current === before) await new Promise((resolve) => setImmediate(resolve));
	return kept.current;
}

test("what does not answer within the limit is a fault, and is not asked twice at a time; its late answer is taken", async () => {
	let asked = 0;
	const { promise, resolve } = Promise.withResolvers<string>();
	const kept = new KeptAnswer(async () => {
		asked += 1;
		return await promise;
	}, keeping(20));
	expect((await kept.fresh(0)).fault?.message).toBe("no answer within 0.02 s");
	// Nobody waits for it any more.
	expect((await kept.fresh(0)).fault?.message).toBe("no answer within 0.02 s");
	expect(asked).toBe(1);
	resolve("late");
	expect(await settled(kept)).toMatchObject({ value: "late", fault: undefined, faultSince: undefined });
	expect(asked).toBe(1);
});

test("an error that was not foreseen goes to the log; a reader is told nothing of its words", async () => {
	const kept = keeping();
	const answer = new KeptAnswer(async () => Promise.reject(new Error("password=secret")), kept);
	const { fault } = await answer.fresh(0);
	expect(JSON.stringify(fault)).not.toContain("secret");
	expect(String(kept.bugs)).toContain("password=secret");
});

test("of many keys the ones asked last are kept, each asked once", async () => {
	const asked: string[] = [];
	const answer = async (key: string) => {
		asked.push(key);
		return key;
	};
	const answers = new KeptAnswers(answer, keeping(), { maxAgeMs: AGE_MS, most: 2 });
	const ask = async (key: string) => expect((await answers.fresh(key)).value).toBe(key);
	for (const key of ["a", "b", "a", "c", "a", "b"]) await ask(key);
	expect(asked).toEqual(["a", "b", "c", "b"]);
});

test("an answer that took long is kept for ten times as long, unless it is a fault", async () => {
	using clock = spyOn(performance, "now");
	let now = 1000;
	clock.mockImplementation(() => now);
	let asked = 0;
	let isWell = true;
	const ask = async () => {
		asked += 1;
		now += 2000;
		if (!isWell) throw new Fault("unreachable", "no answer");
		return asked;
	};
	const answers = new KeptAnswers(ask, keeping(), { maxAgeMs: 5000, most: 3 });
	const after = async (ms: number) => {
		now += ms;
		return (await answers.fresh("a")).value;
	};
	expect([await after(0), await after(17_999), await after(1)]).toEqual([1, 1, 2]);
	isWell = false;
	await after(18_000);
	expect(asked).toBe(3);
	await after(3000);
	expect(asked).toBe(4);
});

test("what an answer was read from is collected once it is there, also where there is none", async () => {
	let looks = 0;
	const seen: number[] = [];
	const memory = { look: () => (looks += 1) };
	const answers = [async () => "first", () => Promise.reject(new Fault("unreachable", "no route"))];
	const ask = async () => {
		seen.push(looks);
		return (await answers.shift()?.()) ?? "none";
	};
	const kept = new KeptAnswer(ask, { ...keeping(), memory });
	await kept.fresh(0);
	await kept.fresh(0);
	await kept.fresh(AGE_MS);
	expect([...seen, looks]).toEqual([0, 1, 2]);
});

test("of answers of different sizes those that were asked last are kept, and the last whatever its size", async () => {
	const sizeOf = (value: number | undefined) => value ?? 0;
	const asked: number[] = [];
	const answer = async (size: number) => {
		asked.push(size);
		return size;
	};
	const answers = new KeptAnswers(answer, keeping(), { maxAgeMs: AGE_MS, most: 10, sizeOf });
	// 5 and 4 fit; 11 alone is more than all, and pushes both out.
	for (const size of [5, 4, 5, 11, 11, 11, 4, 5]) await answers.fresh(size);
	expect(asked).toEqual([5, 4, 11, 4, 5]);
});
