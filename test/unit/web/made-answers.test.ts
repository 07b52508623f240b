import { expect, spyOn, test } from "bun:test";
import { MadeAnswers } from "../../../src/web/made-answers.ts";

const memory = { look() {} };

/** A page that says which time it is made. */
function page() {
	let made = 0;
	return async () => {
		made += 1;
		return new Response(`page ${made}`);
	};
}

const textOf =
	(answers: MadeAnswers) =>
	async (...asked: Parameters<MadeAnswers["answer"]>) =>
		await (await answers.answer(...asked)).text();

test("an answer is made once for all who ask for it, and again where what it shows has changed", async () => {
	const text = textOf(new MadeAnswers(memory));
	const make = page();
	const [look, next] = [{}, {}];
	const many = await Promise.all(Array.from({ length: 200 }, () => text("/locks", look, make)));
	expect(new Set(many)).toEqual(new Set(["page 1"]));
	expect(await text("/locks", look, make)).toBe("page 1");
	expect(await text("/locks", next, make)).toBe("page 2");
	expect(await text("/locks?of=another", next, make)).toBe("page 3");
	expect(await text("/locks", next, make)).toBe("page 2");
});

test("of different answers the last twenty are kept, each for a second", async () => {
	using clock = spyOn(performance, "now").mockReturnValue(1000);
	const text = textOf(new MadeAnswers(memory));
	const look = {};
	for (let n = 0; n < 21; n += 1) await text(`/batches?text=${n}`, look, page());
	const again = async () => new Response("again");
	expect(await text("/batches?text=20", look, again)).toBe("page 1");
	expect(await text("/batches?text=0", look, again)).toBe("again");
	clock.mockReturnValue(2000);
	expect(await text("/batches?text=20", look, again)).toBe("again");
});

test("everybody is given the answer's status and headers", async () => {
	const answers = new MadeAnswers(memory);
	const make = async () => new Response("{}", { status: 503, headers: { "Content-Type": "application/json" } });
	const look = {};
	for (const answer of [
		await answers.answer("/api/locks", look, make),
		await answers.answer("/api/locks", look, make),
	]) {
		expect([answer.status, answer.headers.get("Content-Type"), await answer.text()]).toEqual([
			503,
			"application/json",
			"{}",
		]);
	}
});

test("answers are made one by one, and what each left is collected before the next", async () => {
	const events: string[] = [];
	const answers = new MadeAnswers({ look: () => events.push("collected") });
	const make = (name: string) => async () => {
		events.push(`${name} begins`);
		await new Promise((resolve) => setImmediate(resolve));
		return new Response(name);
	};
	await Promise.all(["/a", "/b"].map((name) => answers.answer(name, {}, make(name))));
	expect(events).toEqual(["/a begins", "collected", "/b begins", "collected"]);
});
