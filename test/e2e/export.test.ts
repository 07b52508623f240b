import { beforeAll, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, readFile, rm, watch, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { integralTangles } from "../../src/enumeration/tangles/integral.ts";
import type { TangleFields } from "../../src/enumeration/tangles/tangle.ts";
import { Enumeration } from "../support/enumeration.ts";
import { Random } from "../support/random.ts";
import { digest, TOTALS, tanglesUpTo } from "../support/tangle-sets.ts";
import type { Run } from "../support/tangles.ts";

const MOST = 8;
let sets: TangleFields[][] = [];
beforeAll(async () => {
	sets = await tanglesUpTo(MOST);
});

/** All tangles up to TCN 8, stored in this order of theirs. */
async function stored(order: (tangles: TangleFields[]) => TangleFields[]): Promise<Enumeration> {
	const run = await Enumeration.create();
	await run.prepare(MOST, 20);
	await run.tangles.createIndex({ notation: 1 }, { unique: true });
	await run.tangles.createIndex({ TCN: 1, _id: 1 });
	const all = new Map([...sets.flat(), ...integralTangles()].map((tangle) => [tangle.notation, tangle]));
	await run.tangles.insertMany(order([...all.values()]).map((tangle) => ({ ...tangle })));
	return run;
}

/** A folder that is removed at the end. */
async function folder(): Promise<{ path: string } & AsyncDisposable> {
	const path = await mkdtemp(join(tmpdir(), "tangles-export-"));
	return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true }) };
}

async function filesOf(dir: string): Promise<Record<string, string>> {
	const names = (await readdir(dir)).toSorted();
	return Object.fromEntries(
		await Promise.all(names.map(async (name) => [name, await readFile(join(dir, name), "latin1")])),
	);
}

test("two exports of collections that were filled in different orders have equal bytes, and the known digests", async () => {
	await using place = await folder();
	await using forward = await stored((tangles) => tangles);
	await using backward = await stored((tangles) => tangles.toReversed());
	const [one, two] = [join(place.path, "one"), join(place.path, "two")];
	const size = ["--file-size", "5KB"];
	const first = await forward.run("export", "--dir", one, ...size, "--json");
	expect(first).toMatchObject({ code: 0, err: "" });
	expect(JSON.parse(first.out)).toMatchObject({ dir: one, tangles: 2956, files_before: 0 });
	expect(await backward.run("export", "--dir", two, ...size)).toMatchObject({ code: 0 });
	const files = await filesOf(one);
	expect(await filesOf(two)).toEqual(files);
	expect(Object.keys(files).length).toBeGreaterThan(10);
	for (const [tcn, total, ...rest] of TOTALS.slice(0, MOST)) {
		const text = Object.entries(files).filter(([name]) => name.startsWith(`tcn0${tcn}-`));
		const notations = text.flatMap(([, content]) => content.split(/(?=i)/)).map((notation) => ({ notation }));
		expect([notations.length, digest(notations)]).toEqual([total, rest[5]]);
	}
	const manifest = JSON.parse(files["manifest.json"] ?? "");
	expect(manifest.query).toEqual({
		...{ from_tcn: -1, to_tcn: 8, good: false },
		positivity: ["neutral", "positive", "negative"],
	});
	expect(manifest.tcns.at(-1)).toEqual({ tcn: 8, tangles: 2064 });
});

/** Starts an export and kills it once the folder has so many files; its exit code. */
async function killedAt(files: number, dir: string, start: () => Run): Promise<number> {
	const over = new AbortController();
	const changes = watch(dir, { signal: over.signal });
	await using running = start();
	const ended = running.ended().finally(() => over.abort());
	try {
		for await (const _ of changes) if ((await readdir(dir)).length >= files) break;
	} catch (error) {
		if (!over.signal.aborted) throw error;
	}
	running.kill("SIGKILL");
	return (await ended).code;
}

test("killed 20 times at random moments it goes on where it was, and the bytes are the same", async () => {
	await using place = await folder();
	await using run = await stored((tangles) => tangles);
	const words = ["export", "--file-size", "1KB", "--dir"];
	const [whole, pieces] = [join(place.path, "whole"), join(place.path, "pieces")];
	await run.run(...words, whole);
	const wanted = await filesOf(whole);
	await mkdir(pieces);
	const random = new Random(20);
	let kills = 0;
	while (kills < 20 && !(await readdir(pieces)).includes("manifest.json")) {
		const before = (await readdir(pieces)).length;
		// Few files to a run, so that there is something left for the last of twenty.
		if ((await killedAt(before + 1 + random.below(2), pieces, () => run.start(...words, pieces))) !== 0) kills += 1;
	}
	expect(kills).toBeGreaterThan(10);
	const { code } = await run.run(...words, pieces);
	expect([0, 64]).toContain(code);
	expect(await filesOf(pieces)).toEqual(wanted);
});

test("on stdout: those of a TCN that are not negative, as CSV; good ones as notations", async () => {
	await using run = await stored((tangles) => tangles);
	const csv = await run.run("export", "--tcn", "6", "--positivity", "positive,neutral", "--format", "csv", "--to", "-");
	expect(csv).toMatchObject({ code: 0, err: "" });
	expect(csv.out.trimEnd().split("\n").length).toBe(1 + 130);
	expect(csv.out).toStartWith("notation,TCN,is_good,positivity\n");
	expect(csv.out).not.toContain("negative");
	const good = await run.run("export", "--up-to", "5", "--good", "--to", "-");
	expect(good.out.split("i").length - 1).toBe(2 + 4 + 10 + 32);
});

test("a folder with anything else in it, another export or a finished one is refused and left as it is", async () => {
	await using place = await folder();
	await using run = await stored((tangles) => tangles);
	const refused = async (dir: string, says: string, ...more: string[]) => {
		const before = await filesOf(dir);
		const { code, err, out } = await run.run("export", "--tcn", "5", "--dir", dir, ...more);
		expect({ code, out }).toEqual({ code: 64, out: "" });
		expect(err).toContain(`${dir} ${says}`);
		expect(err).toContain("give another folder with --dir, or remove this one");
		expect(await filesOf(dir)).toEqual(before);
	};
	const other = join(place.path, "other");
	await mkdir(other);
	await writeFile(join(other, "letter.txt"), "dear");
	await refused(other, "is not empty (it has letter.txt)");
	const done = join(place.path, "done");
	await run.run("export", "--tcn", "5", "--dir", done);
	await refused(done, "has a finished table");
	const begun = join(place.path, "begun");
	await mkdir(begun);
	await writeFile(join(begun, "export.journal"), '{"query":1}\n');
	await refused(begun, "has the unfinished table of another export");
});

test("a table of a set that is not complete is warned of, by TCN, in a folder and on stdout", async () => {
	await using place = await folder();
	await using run = await stored((tangles) => tangles.filter(({ notation }) => notation !== "i[3]"));
	const says = "warn the table has 7 tangles of TCN 3, not 8: it is not complete";
	const streamed = await run.run("export", "--up-to", "4", "--to", "-");
	expect([streamed.code, streamed.err.match(/warn/g)?.length]).toEqual([0, 1]);
	expect(streamed.err).toContain(says);
	expect((await run.run("export", "--tcn", "3", "--dir", join(place.path, "three"))).err).toContain(says);
});

test("words that do not fit together are refused", async () => {
	await using run = await stored((tangles) => tangles.slice(0, 10));
	for (const [words, says] of [
		[[], "give either --dir DIR or --to -"],
		[["--dir", "x", "--to", "-"], "give either --dir DIR or --to -"],
		[["--to", "file"], "give --to -, for stdout, or --dir"],
		[["--to", "-", "--tcn", "3", "--up-to", "4"], "--tcn and --up-to are both given"],
		[["--to", "-", "--format", "xml"], "expected text, jsonl, csv"],
		[["--to", "-", "--positivity", "neutral,odd"], "expected neutral, positive, negative"],
		[["--to", "-", "--gzip"], "pipe the output of --to - into gzip"],
		[["--dir", "x", "--file-size", "9MB"], "give up to 8MB"],
	] as const) {
		const { code, err, out } = await run.run("export", ...words);
		expect({ words, code, out }).toEqual({ words, code: 64, out: "" });
		expect(err).toContain(says);
	}
});

test("without the unique index, and with a tangle that is not what its notation says: 65, which names the hint", async () => {
	await using run = await stored((tangles) => tangles);
	await run.tangles.updateOne({ notation: "i[3]" }, { $set: { positivity: "odd" } });
	const wrong = await run.run("export", "--tcn", "3", "--positivity", "neutral", "--to", "-");
	expect(wrong.code).toBe(65);
	expect(wrong.err).toContain("positivity is none of neutral, positive, negative");
	await run.tangles.dropIndex("notation_1");
	const { code, err } = await run.run("export", "--tcn", "3", "--to", "-");
	expect(code).toBe(65);
	expect(err).toContain("there is no unique index on notation");
	expect(err).toContain("make the index with `tangles init`");
});
