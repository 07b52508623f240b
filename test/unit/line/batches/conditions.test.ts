import { expect, test } from "bun:test";
import { unmet } from "../../../../src/line/batches/conditions.ts";
import { batchFrom, conditionsFrom, isReady } from "../../../support/batch-reference.ts";
import { QUERY_CASES } from "../../../support/query-cases.ts";

test("the table has enough in it", () => {
	expect(QUERY_CASES.length).toBeGreaterThanOrEqual(40);
});

test.each(QUERY_CASES)("$name: the reasons and the reference read it as a person did", ({ asks, ready, ...plan }) => {
	const batch = batchFrom("B1-RT1", plan);
	const conditions = conditionsFrom(asks);
	expect({ reasons: unmet(batch, conditions).length === 0, reference: isReady(batch, conditions) }).toEqual({
		reasons: ready,
		reference: ready,
	});
});
