import { expect, test } from "bun:test";
import { textStream } from "../../../src/web/text-stream.ts";

async function* pieces(made: string[], last?: Error): AsyncGenerator<string> {
	for (const piece of ["a", "b", "c"]) {
		made.push(piece);
		yield piece;
	}
	if (last !== undefined) throw last;
}

test("each piece is made when the one before is taken; the end is told once", async () => {
	const made: string[] = [];
	let ended = 0;
	const stream = await textStream(pieces(made), { ended: () => (ended += 1), failed: () => {} });
	expect(made).toEqual(["a"]);
	expect(await new Response(stream).text()).toBe("abc");
	expect(ended).toBe(1);
});

test("a reader that leaves ends the making", async () => {
	const made: string[] = [];
	let ended = 0;
	const stream = await textStream(pieces(made), { ended: () => (ended += 1), failed: () => {} });
	const reader = stream.getReader();
	await reader.read();
	await reader.cancel();
	expect({ made: made.length <= 2, ended }).toEqual({ made: true, ended: 1 });
});

test("a fault on the way cuts the text off; one before the first piece can still be told", async () => {
	const failures: unknown[] = [];
	let ended = 0;
	const end = { ended: () => (ended += 1), failed: (error: unknown) => failures.push(error) };
	const stream = await textStream(pieces([], new Error("gone")), end);
	await expect(new Response(stream).text()).rejects.toThrow("gone");
	expect({ failures: failures.length, ended }).toEqual({ failures: 1, ended: 1 });
	// biome-ignore lint/correctness/useYield: it fails before
	const none = (async function* (): AsyncGenerator<string> {
		throw new Error("no server");
	})();
	await expect(textStream(none, end)).rejects.toThrow("no server");
	expect(ended).toBe(2);
});
