import { expect, test } from "bun:test";
import { type About, command, type Frame, type Work } from "../../../src/cli/command.ts";
import { JITTER, PING } from "../../../src/commands/shared/run-flags.ts";

const ABOUT: About = {
	name: "x",
	examples: [
		{ run: "tangles x", does: "it" },
		{ run: "tangles x -q", does: "it" },
	],
};

test("a verb with --ping or --jitter checks and gives its work: the compiler refuses one that does it at once", async () => {
	const order: string[] = [];
	const frame = (async () => ({ begin: async () => void order.push("begin") })) as unknown as Frame;
	const work: Work = async () => {
		order.push("work");
		return 7;
	};
	const checked = async () => {
		order.push("check");
		return work;
	};
	for (const own of [{ ping: PING }, { jitter: JITTER }, { ping: PING, jitter: JITTER }]) {
		expect(await command(ABOUT, own, checked).start([], frame)).toBe(7);
		expect(order.splice(0)).toEqual(["check", "begin", "work"]);
	}
	// Each line below that the compiler takes fails the type check.
	const done = async () => {};
	// @ts-expect-error
	command(ABOUT, { ping: PING }, done);
	// @ts-expect-error
	command(ABOUT, { jitter: JITTER }, done);
	// @ts-expect-error
	command(ABOUT, { jitter: JITTER }, async () => 0);
	// @ts-expect-error
	command(ABOUT, {}, checked);
	expect(await command(ABOUT, {}, work).start([], frame)).toBe(7);
	expect(order).toEqual(["work"]);
});
