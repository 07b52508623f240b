import { afterAll, beforeAll, expect, test } from "bun:test";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { integralTangles } from "../../src/enumeration/tangles/integral.ts";
import type { TangleFields } from "../../src/enumeration/tangles/tangle.ts";
import { Enumeration } from "../support/enumeration.ts";
import { Random } from "../support/random.ts";
import { tanglesUpTo } from "../support/tangle-sets.ts";

const MOST = 8;
let all: TangleFields[] = [];
let run: Enumeration;
let place = "";

beforeAll(async () => {
	const sets = (await tanglesUpTo(MOST)).flat();
	all = [...sets, ...integralTangles().filter(({ TCN }) => TCN <= 0)];
	place = await mkdtemp(join(tmpdir(), "tangles-against-"));
	run = await Enumeration.create();
	await run.prepare(MOST, 20);
	await run.tangles.createIndex({ notation: 1 }, { unique: true });
	await run.tangles.createIndex({ TCN: 1, _id: 1 });
	const stored = new Map([...all, ...integralTangles()].map((tangle) => [tangle.notation, tangle]));
	await run.tangles.insertMany([...stored.values()].map((tangle) => ({ ...tangle })));
});
afterAll(async () => {
	await run[Symbol.asyncDispose]();
	await rm(place, { recursive: true });
});

const text = (tangles: readonly { readonly notation: string }[]) => tangles.map(({ notation }) => notation).join("");

/** A new folder with these files; a content is gzipped where the name says so. */
async function folder(name: string, files: Readonly<Record<string, string>>): Promise<string> {
	const dir = join(place, name);
	await mkdir(dir);
	for (const [file, content] of Object.entries(files)) {
		await writeFile(join(dir, file), file.endsWith(".gz") ? gzipSync(content) : content);
	}
	return dir;
}

async function against(...words: string[]) {
	const { code, out, err } = await run.run("verify", "--json", "--against", ...words);
	return { code, err, ...(out === "" ? {} : JSON.parse(out)) };
}

test.each([
	["text", []],
	["jsonl", ["--gzip"]],
	["csv", ["--positivity", "neutral,positive", "--up-to", "7"]],
] as const)("an export as %s is equal, by its own manifest", async (format, flags) => {
	const dir = join(place, `own-${format}`);
	expect(await run.run("export", "--format", format, "--file-size", "5KB", ...flags, "--dir", dir)).toMatchObject({
		code: 0,
	});
	// As an editor may store it: with a byte order mark.
	const manifest = join(dir, "manifest.json");
	await writeFile(manifest, `\ufeff${await readFile(manifest, "utf8")}`);
	const result = await against(dir);
	expect(result).toMatchObject({ code: 0, err: "", equal: true, findings: [], passed_over: 0, missing: 0, extra: 0 });
	expect(result.files).toBeGreaterThan(8);
	expect(result.entries).toBe(result.stored);
});

test("20 missing, 3 added, 2 malformed, one doubled; shuffled, cut elsewhere, gzipped: exactly these are named", async () => {
	const mixed = new Random(7).shuffled(all);
	const [missing, kept] = [mixed.slice(0, 20), mixed.slice(20)];
	const front = text(kept.slice(0, 900));
	const dir = await folder("altered", {
		"a.txt": `${front}i[2 x]${text(kept.slice(900, 1500))}`,
		"b.txt.gz": `i([2][-2])${text(kept.slice(1500))}${kept[3]?.notation}i[9]`,
		"c.jsonl": '{"notation":"i[2 2 2 2 2 2]"}\n{"notation":"i([2][2"}\n',
	});
	const result = await against(dir);
	expect(result).toMatchObject({ code: 1, equal: false, files: 3, entries: 2956 - 20 + 6, stored: 2956 });
	expect(result).toMatchObject({ missing: 20, extra: 3, malformed: 2, doubled: 1, wrong: 0, foreign: 0, left_out: 0 });
	const found = result.findings.map(({ kind, notation }: TangleFields & { kind: string }) => `${kind} ${notation}`);
	expect(found.toSorted()).toEqual(
		[
			...missing.map(({ notation }) => `missing ${notation}`),
			...["extra i([2][-2])", "extra i[9]", "extra i[2 2 2 2 2 2]"],
			...["malformed i[2 x]", "malformed i([2][2", `doubled ${kept[3]?.notation}`],
		].toSorted(),
	);
	expect(result.findings).toContainEqual({
		...{ kind: "malformed", notation: "i[2 x]", why: "character 5: a weight is expected" },
		at: { file: join(dir, "a.txt"), offset: front.length },
	});
	const many = await run.run("verify", "--against", dir, "--memory", "1KB");
	expect(many).toMatchObject({ code: 1, err: "" });
	expect(many.out).toContain(`malformed  i[2 x]`);
	expect(many.out).toContain(`character 5: a weight is expected; ${join(dir, "a.txt")}, byte ${front.length}`);
	const words = many.out.replaceAll(/\s+/g, " ");
	expect(words).toContain("NOT equal: 2,956 tangles stored, 2,942 entries in 3 files; 20 missing, 3 extra, 1 doubled,");
});

test("files by name, one TCN of a table that has more: the others are passed over, and counted", async () => {
	const of = (tcn: number) => text(all.filter(({ TCN }) => TCN === tcn));
	const dir = await folder("parts", { "7.txt": of(7), "8": of(8), "8.md": of(8) });
	const both = [join(dir, "7.txt"), join(dir, "8")];
	expect(await against(...both, "--tcn", "8")).toMatchObject({ code: 0, equal: true, passed_over: 608, stored: 2064 });
	expect(await against(...both)).toMatchObject({ code: 1, missing: 2956 - 608 - 2064, extra: 0 });
	const result = await against(dir, "--tcn", "7");
	expect(result).toMatchObject({ code: 0, equal: true });
	expect(result.err).toContain("8.md is passed over: its name is not that of a table's file");
});

test("a gzip file of several parts is read to its end; one that is cut off, damaged or followed by rubbish never is equal", async () => {
	const dir = await folder("zipped", {});
	const path = join(dir, "a.txt.gz");
	const parts = [all.slice(0, 1000), all.slice(1000)].map((some) => gzipSync(text(some)));
	await writeFile(path, Buffer.concat(parts));
	expect(await against(dir)).toMatchObject({ code: 0, equal: true });
	const { length } = await readFile(path);
	const refused = async (says: string) => {
		const { code, out, err } = await run.run("verify", "--against", dir, "--json");
		expect({ code, out }).toEqual({ code: 65, out: "" });
		expect(err).toContain(`${path}: ${says}`);
		expect(err).toContain("nothing is said of a table that cannot be read to its end");
	};
	await appendFile(path, "rubbish");
	await refused("incorrect header check");
	for (const cut of [length - 1, length - 9, length / 2]) {
		await truncate(path, Math.floor(cut));
		await refused("unexpected end of file");
	}
	await writeFile(path, "");
	await refused("it is no gzip file");
});

test("a folder that is not what its manifest says is warned of; one that is not finished is refused", async () => {
	const dir = join(place, "damaged");
	await run.run("export", "--file-size", "5KB", "--dir", dir);
	const [first = ""] = (await readdir(dir)).filter((name) => name.startsWith("tcn08")).toSorted();
	await rm(join(dir, first));
	const result = await against(dir);
	expect(result).toMatchObject({ code: 1, equal: false });
	expect(result.missing).toBeGreaterThan(100);
	expect(result.err).toContain(`${join(dir, first)} is not there, though the manifest names it`);
	await writeFile(join(dir, "export.journal"), "");
	const unfinished = await against(dir);
	expect(unfinished.code).toBe(64);
	expect(unfinished.err).toContain("has a table that is not finished");
});

test("nothing on either side is no equality; a database without the unique index is refused", async () => {
	await using other = await Enumeration.create();
	await other.prepare(3, 20);
	const dir = await folder("empty", { "a.txt": "\n" });
	expect((await other.run("verify", "--against", dir)).err).toContain("there is no unique index on notation");
	await other.tangles.createIndex({ notation: 1 }, { unique: true });
	const { code, err } = await other.run("verify", "--against", dir);
	expect(code).toBe(65);
	expect(err).toContain("neither the table nor the collection has a tangle: nothing was compared");
});

test("words that do not fit together, and paths with no table, are refused", async () => {
	const dir = await folder("letters", { "letter.doc": "dear" });
	for (const [words, says] of [
		[["verify", "table"], "table has no meaning here"],
		[["verify", "--good"], "it is for --against DIR|FILE"],
		[["verify", "--tcn", "0"], "TCN 1 is the first that can be proved complete"],
		[["verify", "--against", dir, "--count-only"], "it is for a proof, without --against"],
		[["verify", "--against", dir, "--tcn", "3", "--up-to", "4"], "leave out one of --tcn and --up-to"],
		[["verify", "--against", dir], `--against ${dir}: has no file of a table`],
		[["verify", "--against", "/dev/null"], "/dev/null: is a device or a pipe; expected a file or a folder"],
		[["verify", "--against", join(dir, "x")], "ENOENT"],
		[["verify", "--against"], "--against needs a value"],
	] as const) {
		const { code, err, out } = await run.run(...words);
		expect({ words, code, out }).toEqual({ words, code: 64, out: "" });
		expect(err).toContain(says);
	}
});
