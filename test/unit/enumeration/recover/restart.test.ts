import { expect, test } from "bun:test";
import { check } from "../../../../src/enumeration/recover/check-collection.ts";
import { describeRestart, type Restart, restartChanges } from "../../../../src/enumeration/recover/restart.ts";
import { MemoryCollection, MemoryStencils } from "../../../../src/enumeration/stencils/in-memory.ts";
import { STATE } from "../../../../src/enumeration/stencils/ports.ts";
import { stencilIdOf, stencilsUpTo } from "../../../../src/enumeration/stencils/stencils.ts";
import { recoverIn } from "../../../support/recovery-property.ts";

const MAX_TCN = 5;
const idOf = (rootstockTcn: number, scionTcn: number) => stencilIdOf({ rootstockTcn, scionTcn });

/** All complete up to TCN 4, 1+4 of TCN 5 in work; the jobs of 1+3 were counted to TCN 5. */
function enumeration(): MemoryCollection {
	const collection = MemoryCollection.fresh(MAX_TCN, stencilsUpTo(MAX_TCN));
	collection.configure({ completedTcn: 4, baseline: { tcn: 5, processed: 3, failed: 0, open: 0 } });
	for (const pair of stencilsUpTo(4)) collection.change(stencilIdOf(pair), { state: STATE.complete });
	collection.change(idOf(1, 3), { progress: { tcn: 5, pushed: 2, total: 9 } });
	collection.change(idOf(1, 4), { state: STATE.started, progress: { tcn: 5, pushed: 2, total: 9 } });
	return collection;
}

const names = (changes: ReturnType<typeof restartChanges>) =>
	changes.map(({ stencil, change }) => `${stencil.rootstockTcn}+${stencil.scionTcn} ${change.state ?? "count"}`);

test("a restart changes what has begun from its TCN on, and counts to these TCNs in every stencil", () => {
	const snapshot = enumeration().snapshot();
	expect(names(restartChanges(snapshot, 5))).toEqual(["1+3 count", "1+4 0"]);
	expect(names(restartChanges(snapshot, 4))).toEqual(["1+3 0", "2+2 0", "1+4 0"]);
});

test.each<[Restart, string]>([
	[{ tcn: 5 }, "set 1 stencils of c from TCN 5 on back to new"],
	[{ tcn: 4 }, "set 3 stencils of c from TCN 4 on back to new, and current_completed_tcn from 4 to 3"],
	[{ stencil: idOf(1, 4) }, `set stencil ${idOf(1, 4)} (1+4) of c back to new`],
])("what %j does is described before it is done", (restart, words) => {
	const snapshot = enumeration().snapshot();
	const { sound } = check(snapshot);
	expect(sound && describeRestart(snapshot, sound, restart, "c")).toBe(words);
});

test.each<[Restart, string, string]>([
	[{ tcn: 6 }, "usage", "--restart-tcn is 6, but max_tcn is 5; nothing was done"],
	[{ stencil: "f".repeat(24) }, "data", `there is no stencil ${"f".repeat(24)}; nothing was done`],
])("%j is refused, and nothing is written", async (restart, kind, words) => {
	const collection = enumeration();
	const before = collection.snapshot();
	const error: unknown = await recoverIn(new MemoryStencils(collection), restart).catch((thrown: unknown) => thrown);
	expect(error).toMatchObject({ kind, message: expect.stringContaining(words) });
	expect(collection.snapshot()).toEqual(before);
});

test("a restart that is killed after any of its writes is finished by the next recovery", async () => {
	const whole = enumeration();
	let writes = 0;
	const counting = () => {
		writes += 1;
	};
	await recoverIn(new MemoryStencils(whole, counting), { tcn: 4 });
	expect(whole.enumeration()).toMatchObject({ completedTcn: 3, baseline: undefined });
	const states = (collection: MemoryCollection) => collection.stencilsInOrder().map(({ id, state }) => [id, state]);
	expect(writes).toBeGreaterThan(4);
	for (let most = 0; most < writes; most += 1) {
		const collection = enumeration();
		let left = most;
		const killing = () => {
			left -= 1;
			if (left < 0) throw new Error("killed");
		};
		await expect(recoverIn(new MemoryStencils(collection, killing), { tcn: 4 })).rejects.toThrow("killed");
		const begun = collection.config?.restart !== undefined || collection.config?.completedTcn === 3;
		await recoverIn(new MemoryStencils(collection), begun ? undefined : { tcn: 4 });
		expect(states(collection)).toEqual(states(whole));
		expect(collection.enumeration()).toMatchObject({ completedTcn: 3, baseline: undefined });
		expect(collection.config?.restart).toBeUndefined();
	}
});
