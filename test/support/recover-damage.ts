import { expect } from "bun:test";
import type { ObjectId } from "mongodb";
import { RecoverScene, type Report, type Stored, stencil, stencilId } from "./recover-scene.ts";

/** A way to damage a sound collection, and what is to become of it. */
export interface Damage {
	readonly name: string;
	readonly damage: (scene: RecoverScene) => Promise<unknown>;
	/** Findings expected: kind, document, words in it, outcome. */
	readonly finds: readonly (readonly [string, ObjectId | string, string, "repaired" | "person" | "left"])[];
	/** Documents that differ afterwards, and how; undefined where they are gone. */
	readonly after?: Readonly<Record<string, object | undefined>>;
	/** Jobs pushed. */
	readonly jobs?: number;
}

/** A stencil without its `_id`. */
export function plain(rootstockTcn: number, scionTcn: number, fields: object = {}): object {
	const { _id, ...rest } = stencil(rootstockTcn, scionTcn, fields);
	return rest;
}

/** Stencils that are new again, by id. */
export function fresh(...pairs: readonly (readonly [number, number])[]): Readonly<Record<string, object>> {
	return Object.fromEntries(pairs.map(([j, k]) => [String(stencilId(j, k)), plain(j, k)]));
}

/** A stencil of nine jobs that was finished in the round of TCN 7, `jobs` of them in it. */
export const pushed = (jobs: number) => ({ state: 3, progress: { round: 7, pushed: jobs, total: 9 } });

/** The config document once TCN `tcn` is found to be incomplete. */
export const reopened = (tcn: number) => ({ current_completed_tcn: tcn - 1, max_tcn: 9 });

/** The config document once the counters are noted for TCN 7. */
export const counted: object = expect.objectContaining({
	...{ current_completed_tcn: 6, max_tcn: 9, work: expect.objectContaining({ tcn: 7 }) },
});

const told = ({ findings }: Report) => findings.map(({ outcome: _, ...finding }) => finding);

/** Damages a collection and recovers it: in the mind, for good, and once more; looks at every document each time. */
export async function expectRecovered({ damage, finds, after = {}, jobs = 0 }: Damage): Promise<void> {
	await using scene = await RecoverScene.create();
	await damage(scene);
	const before = await scene.all();
	const code = finds.some(([, , , outcome]) => outcome === "person") ? 65 : 0;

	const dry = await scene.recover("--dry-run");
	expect(dry.code).toBe(code);
	expect(await scene.all()).toEqual(before);

	const unchanged = await scene.documents();
	const first = await scene.recover();
	const expected = finds.map(([finding, document, , outcome]) => [finding, String(document), outcome]);
	expect(first.report.findings.map((it) => [it.finding, it.document, it.outcome])).toEqual(expected);
	for (const [at, [, , words]] of finds.entries()) expect(first.report.findings[at]?.wrong).toContain(words);
	expect({ code: first.code, jobs: first.report.jobs }).toEqual({ code, jobs });
	expect(told(dry.report)).toEqual(told(first.report));

	await using eye = await scene.run.eye();
	expect(await eye.size()).toBe(jobs);
	const wanted = new Map(unchanged);
	for (const [id, fields] of Object.entries(after)) fields === undefined ? wanted.delete(id) : wanted.set(id, fields);
	expect(await scene.documents()).toEqual(wanted);
	// What is a person's is left as it is, its epoch included.
	const others = finds.filter(([, , , outcome]) => outcome !== "repaired").map(([, document]) => String(document));
	const left = (documents: readonly Stored[]) =>
		documents.filter(({ _id }) => others.includes(String(_id)) || others.includes(JSON.stringify(_id)));
	expect(left(await scene.all())).toEqual(left(before));
	expect(left(before)).toHaveLength(others.length);
	// A run that has nothing to write leaves every byte as it was.
	if (Object.keys(after).length === 0) expect(await scene.all()).toEqual(before);

	const settled = await scene.all();
	const second = await scene.recover();
	const still = first.report.findings.filter(({ outcome }) => outcome !== "repaired");
	expect({ code: second.code, findings: second.report.findings }).toEqual({ code, findings: still });
	expect(await scene.all()).toEqual(settled);
	expect(await eye.size()).toBe(jobs);
}
