import { expect, test } from "bun:test";
import { countTangles } from "../../../../../src/enumeration/tangles/grammar/counts.ts";
import { sampleOf } from "../../../../../src/enumeration/tangles/grammar/sample.ts";
import { recognize } from "../../../../../src/enumeration/verify/tangle-check.ts";

test("a sample has as many tangles of its TCN as are asked for, each once, of every positivity", () => {
	const sample = sampleOf(16, 1000).map((notation) => recognize(notation));
	// The numbers that no tangle has are 5 in 100.
	expect(sample.length).toBeWithin(900, 1001);
	const computed = sample.map((it) => (it.root === undefined ? undefined : it.computed));
	expect(new Set(computed.map((it) => it?.TCN))).toEqual(new Set([16]));
	expect(new Set(computed.map((it) => it?.notation)).size).toBe(sample.length);
	expect(new Set(computed.map((it) => it?.positivity)).size).toBe(3);
});

test("of more than there are, all", () => {
	for (const tcn of [-1, 0, 1, 2, 5]) {
		const sample = sampleOf(tcn, 1e6);
		expect(new Set(sample).size).toBe(Number(countTangles(tcn).at(-1)?.total));
		expect(sample.length).toBe(new Set(sample).size);
	}
});
