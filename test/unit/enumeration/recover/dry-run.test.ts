import { expect, test } from "bun:test";
import fc from "fast-check";
import { MemoryCollection, MemoryStencils } from "../../../../src/enumeration/stencils/in-memory.ts";
import { snapshotOf } from "../../../../src/servers/mongo/stencil-documents.ts";
import { damagedCollections } from "../../../support/damaged-collection.ts";
import { expectDryIsReal } from "../../../support/recovery-property.ts";

const RUNS = Number(process.env.SEQUENCES ?? 1500);

test("on any damaged collection the dry run finds what the real run does, and a second real run nothing to repair", async () => {
	const repairs = new Set<string>();
	await fc.assert(
		fc.asyncProperty(damagedCollections, async ({ documents, restart }) => {
			const store = new MemoryStencils(new MemoryCollection(snapshotOf(documents)));
			for (const kind of await expectDryIsReal(store, restart)) repairs.add(kind);
		}),
		{ numRuns: RUNS },
	);
	// The collections are damaged in every way that there is a finding for.
	expect([...repairs].toSorted()).toEqual([
		...["complete-above", "config-counters", "config-malformed", "config-max", "config-missing", "cursor-malformed"],
		...["cursor-needless", "cursor-off-page", "doubled", "empty-side", "epoch", "epoch-behind", "foreign"],
		...["half-pushed", "interrupted", "malformed", "missing", "no-rootstock", "no-scion", "open-below", "progress"],
		...["restart", "started-above", "state", "sum"],
	]);
}, 120_000);
