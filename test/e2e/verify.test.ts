import { beforeAll, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { ObjectId } from "mongodb";
import { integralTangles } from "../../src/enumeration/tangles/integral.ts";
import type { TangleFields } from "../../src/enumeration/tangles/tangle.ts";
import { Enumeration } from "../support/enumeration.ts";
import { tanglesUpTo } from "../support/tangle-sets.ts";
import { polled } from "../support/until.ts";

let sets: TangleFields[][] = [];
beforeAll(async () => {
	sets = await tanglesUpTo(9);
});

/** All tangles up to a TCN, as workers would have stored them. */
async function stored(most: number): Promise<Enumeration> {
	const run = await Enumeration.create();
	await run.prepare(most, 20);
	// Those of TCN 8 and 9 are among them, whatever `most` is.
	const tangles = new Map(
		[...sets.slice(0, most + 1).flat(), ...integralTangles()].map((tangle) => [tangle.notation, tangle]),
	);
	await run.tangles.createIndex({ TCN: 1, _id: 1 });
	await run.tangles.insertMany([...tangles.values()].map((tangle) => ({ ...tangle })));
	return run;
}

const notationsOf = (findings: { stored?: TangleFields; computed?: TangleFields }[]) =>
	findings.map((finding) => (finding.stored ?? finding.computed)?.notation).toSorted();

test("a whole TCN 9: complete, exit 0, from the database alone", async () => {
	await using run = await stored(9);
	const { code, out } = await run.run("verify", "--json");
	expect(code).toBe(0);
	const sums = { tcn: 9, complete: true, computed: 7232, stored: 7232, missing: 0, extra: 0, wrong: 0, findings: [] };
	const proof = JSON.parse(out);
	expect(proof).toMatchObject({ collection: `${run.queue}.arborescent_tangles`, ...sums });
	expect([typeof proof.seconds, typeof proof.peak_mb]).toEqual(["number", "number"]);
	const text = await run.run("verify", "--tcn", "7");
	expect(text).toMatchObject({ code: 0, err: "" });
	expect(text.out).toStartWith("TCN 7 is complete: 608 computed, 608 stored; 0 missing, 0 extra, 0 wrong\n");
});

test("20 deleted, 3 added, 2 with a wrong attribute: exactly these are named, exit 1", async () => {
	await using run = await stored(8);
	const all = sets[8] ?? [];
	const deleted = all.filter((_, at) => at % 100 === 7).slice(0, 20);
	await run.tangles.deleteMany({ notation: { $in: deleted.map(({ notation }) => notation) } });
	const added = ["i[2 2 2 2 2]", "i([2][2]", "i([3][3]2)"].map((notation) => ({ notation, TCN: 8, is_good: true }));
	await run.tangles.insertMany(added.map((tangle) => ({ ...tangle, _id: new ObjectId() })));
	const [ungood, signed] = [all[11], all[12]];
	const change = async (tangle: TangleFields | undefined, fields: object) =>
		await run.tangles.updateOne({ notation: tangle?.notation }, { $set: fields });
	await change(ungood, { is_good: ungood?.is_good !== true });
	await change(signed, { positivity: "both" });

	const { code, out } = await run.run("verify", "--json");
	expect(code).toBe(1);
	const { findings, ...sums } = JSON.parse(out);
	expect(sums).toMatchObject({ complete: false, computed: 2064, stored: 2047, missing: 20, extra: 3, wrong: 2 });
	const of = (wanted: string) => findings.filter(({ kind }: { kind: string }) => kind === wanted);
	expect(findings.length).toBe(25);
	expect(notationsOf(of("missing"))).toEqual(notationsOf(deleted.map((computed) => ({ computed }))));
	expect(notationsOf(of("extra"))).toEqual(added.map(({ notation }) => notation).toSorted());
	expect(of("wrong").toSorted((a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))).toEqual(
		[
			{ kind: "wrong", stored: { ...ungood, is_good: ungood?.is_good !== true }, computed: ungood },
			{ kind: "wrong", stored: { ...signed, positivity: "both" }, computed: signed },
		].toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
	);

	const text = await run.run("verify");
	expect(text.code).toBe(1);
	expect(text.out.split("\n").filter((line) => /^(missing|extra|wrong)/.test(line)).length).toBe(25);
	expect(text.out).toContain(`positivity is "both", computed "${signed?.positivity}"`);
	const words = text.out.replaceAll(/\s+/g, " ");
	expect(words).toContain("TCN 8 is NOT complete: 2,064 computed, 2,047 stored; 20 missing, 3 extra, 2 wrong");
});

test("a tangle under another TCN is wrong where it belongs, and one too many where it is", async () => {
	await using run = await stored(6);
	const [tangle] = sets[6] ?? [];
	await run.tangles.updateOne({ notation: tangle?.notation }, { $set: { TCN: 7 } });
	const six = JSON.parse((await run.run("verify", "--json")).out);
	expect(six).toMatchObject({ missing: 0, extra: 0, wrong: 1, findings: [{ stored: { TCN: 7 }, computed: tangle }] });
	const seven = JSON.parse((await run.run("verify", "--tcn", "7", "--json")).out);
	expect(seven).toMatchObject({ extra: 1, wrong: 0 });
	expect(seven.findings).toContainEqual({ kind: "extra", stored: { ...tangle, TCN: 7 } });
});

test("a TCN in work: a warning, and what is missing; the rows end where nobody reads on, the counts do not", async () => {
	await using run = await stored(7);
	const { code, out, err } = await run.run("verify", "--tcn", "8");
	expect(code).toBe(1);
	expect(err).toContain("warn TCN 8 is not complete yet: current_completed_tcn is 7");
	expect(out).toContain("... and 1,960 more; --json has up to 10,000");
	expect(out).toContain("2,064 computed, 4 stored; 2,060 missing, 0 extra, 0 wrong");
	expect(out.split("\n").length).toBe(1 + 100 + 1 + 2 + 1);
});

test("a tangle below that is not what its notation says: exit 65 that names its document", async () => {
	await using run = await stored(5);
	await run.tangles.updateOne({ notation: "i[3]" }, { $set: { is_good: false } });
	const { _id } = (await run.tangles.findOne({ notation: "i[3]" })) ?? {};
	const { code, err, out } = await run.run("verify");
	expect({ code, out }).toEqual({ code: 65, out: "" });
	expect(err).toContain(`${run.queue}.arborescent_tangles: document _id ${_id}: tangle i[3]: is_good is false`);
});

test("--count-only counts what is missing and demands the unique index that makes its count a proof", async () => {
	await using run = await stored(7);
	const refused = await run.run("verify", "--count-only");
	expect(refused).toMatchObject({ code: 65, out: "" });
	expect(refused.err).toContain(`${run.queue}.arborescent_tangles: there is no unique index on notation`);
	expect(refused.err).toContain("leave out --count-only, or make the index with `tangles init`");

	await run.tangles.createIndex({ notation: 1 }, { unique: true });
	expect(await run.run("verify", "--count-only")).toMatchObject({ code: 0 });
	await run.tangles.deleteMany({ notation: { $in: (sets[7] ?? []).slice(3, 8).map(({ notation }) => notation) } });
	const { code, out } = await run.run("verify", "--count-only", "--json");
	expect(code).toBe(1);
	const sums = { computed: 608, stored: 603, missing: 5, extra: 0, wrong: 0, findings: [], left_out: 5 };
	expect(JSON.parse(out)).toMatchObject({ complete: false, ...sums });
	const text = (await run.run("verify", "--count-only")).out;
	expect(text).toContain("608 computed, 603 stored; 5 missing");
	expect(text).toContain("5 more are not named");
});

test("in little memory, by several passes: the same findings", async () => {
	await using run = await stored(9);
	const deleted = (sets[9] ?? []).filter((_, at) => at % 1000 === 3);
	await run.tangles.deleteMany({ notation: { $in: deleted.map(({ notation }) => notation) } });
	const { code, out } = await run.run("verify", "--memory", "1KB", "--json");
	expect(code).toBe(1);
	const { findings, ...sums } = JSON.parse(out);
	expect(sums).toMatchObject({ computed: 7232, stored: 7224, missing: 8, extra: 0, wrong: 0 });
	expect(notationsOf(findings)).toEqual(deleted.map(({ notation }) => notation).toSorted());
});

test("a doubled tangle and one that is none: the rows say why", async () => {
	await using run = await stored(5);
	const [first] = sets[5] ?? [];
	await run.tangles.insertMany([
		{ ...first, _id: new ObjectId() },
		{ notation: "i([2][-2]1)", TCN: 5, is_good: true, positivity: "neutral", _id: new ObjectId() },
	]);
	const { code, out } = await run.run("verify");
	expect(code).toBe(1);
	const rows = out.split("\n").filter((line) => line.startsWith("extra"));
	expect(rows.map((row) => row.replaceAll(/ +/g, " "))).toEqual([
		"extra i([2][-2]1) no tangle of the enumeration: its positivity is undefined: it has signs of both kinds",
		`extra ${first?.notation} stored a second time`,
	]);
});

/** The first process that a process has started. */
async function firstChild(pid: number): Promise<number | undefined> {
	const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
	return children === "" ? undefined : Number.parseInt(children, 10);
}

test("in processes of their own: the same is found, also across their parts; one that is killed proves nothing", async () => {
	const all = (await tanglesUpTo(10))[10] ?? [];
	await using run = await Enumeration.create();
	await run.prepare(10, 20);
	await run.tangles.createIndex({ TCN: 1, _id: 1 });
	await run.tangles.insertMany(all.map((tangle) => ({ ...tangle })));
	const deleted = all.filter((_, at) => at % 5000 === 7);
	await run.tangles.deleteMany({ notation: { $in: deleted.map(({ notation }) => notation) } });
	// Their copies have the last ids of all, the first ones are spread over the other parts.
	const doubled = all.filter((_, at) => at % 5000 === 8);
	await run.tangles.insertMany(doubled.map((tangle) => ({ ...tangle, _id: new ObjectId() })));
	await run.tangles.updateOne({ notation: all[9]?.notation }, { $set: { is_good: "no" } });
	const { code, out } = await run.run("verify", "--concurrency", "3", "--json");
	expect(code).toBe(1);
	const { findings, ...sums } = JSON.parse(out);
	expect(sums).toMatchObject({ computed: 25_848, stored: 25_848, missing: 6, extra: 6, wrong: 1, left_out: 0 });
	const of = (wanted: string) => findings.filter(({ kind }: { kind: string }) => kind === wanted);
	expect(notationsOf(of("missing"))).toEqual(deleted.map(({ notation }) => notation).toSorted());
	expect(notationsOf(of("extra"))).toEqual(doubled.map(({ notation }) => notation).toSorted());
	expect(of("wrong")).toEqual([{ kind: "wrong", stored: { ...all[9], is_good: "no" }, computed: all[9] }]);

	const killed = run.start("verify", "--concurrency", "2");
	process.kill(await polled("an examiner", () => firstChild(killed.pid)), "SIGKILL");
	const ended = await killed.ended();
	expect([ended.code, ended.out]).toEqual([1, ""]);
	expect(ended.err).toMatch(/nothing is proved: the examining process \d+ ended by itself \(SIGKILL\)/);
	expect(ended.err).toContain("--concurrency 1 needs no other process");
});

test("a memory without a unit, and a TCN that has no numbers, are refused before anything is read", async () => {
	await using run = await stored(2);
	expect(await run.run("verify", "--memory", "100")).toMatchObject({ code: 64, out: "" });
	const { code, err } = await run.run("verify", "--tcn", "30");
	expect({ code, err }).toMatchObject({ code: 64, err: expect.stringContaining("give a whole number from -1 to 29") });
});
