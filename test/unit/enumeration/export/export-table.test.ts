import { beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import {
	exportTable,
	streamTable,
	type TableFolder,
	type TangleTable,
} from "../../../../src/enumeration/export/export-table.ts";
import {
	expectedTangles,
	type FinishedFile,
	type Manifest,
	type TableQuery,
	type TableShape,
	type TcnCount,
	whyIncomplete,
} from "../../../../src/enumeration/export/table.ts";
import { integralTangles } from "../../../../src/enumeration/tangles/integral.ts";
import { POSITIVITIES, type TangleFields } from "../../../../src/enumeration/tangles/tangle.ts";
import { tanglesUpTo } from "../../../support/tangle-sets.ts";

const QUERY: TableQuery = { from_tcn: -1, to_tcn: 8, positivity: POSITIVITIES, good: false };
const SHAPE: TableShape = { format: "text", file_size: 1000, gzip: false };
let all: TangleFields[] = [];

beforeAll(async () => {
	all = [...integralTangles().filter(({ TCN }) => TCN <= 0), ...(await tanglesUpTo(8)).flat()];
});

const has = ({ from_tcn, to_tcn, positivity, good }: TableQuery, tangle: TangleFields) =>
	tangle.TCN >= from_tcn && tangle.TCN <= to_tcn && positivity.includes(tangle.positivity) && (tangle.is_good || !good);

class MemoryTable implements TangleTable {
	readonly asked: (string | undefined)[] = [];

	async *byNotation(query: TableQuery, after: string | undefined) {
		this.asked.push(after);
		const wanted = all
			.filter((tangle) => has(query, tangle) && (after === undefined || tangle.notation > after))
			.toSorted((a, b) => (a.notation < b.notation ? -1 : 1));
		for (let from = 0; from < wanted.length; from += 100) yield wanted.slice(from, from + 100);
	}
}

/** Keeps files; dies before it writes file number `dieAt`. */
class MemoryFolder implements TableFolder {
	readonly finished: FinishedFile[] = [];
	readonly contents = new Map<string, Uint8Array>();
	manifest: Manifest | undefined;
	dieAt = Number.POSITIVE_INFINITY;

	async write(file: FinishedFile, content: Uint8Array): Promise<void> {
		if (this.finished.length === this.dieAt) throw new Error("killed");
		if (this.contents.has(file.name)) throw new Error(`${file.name} is written twice`);
		this.contents.set(file.name, content);
		this.finished.push(file);
	}

	async complete(manifest: Manifest): Promise<void> {
		this.manifest = manifest;
	}

	text(tcn: number): string {
		const names = [...this.contents.keys()].filter((name) => name.startsWith(`tcn${String(tcn).padStart(2, "0")}-`));
		return names
			.toSorted()
			.map((name) => Buffer.from(this.contents.get(name) ?? "").toString())
			.join("");
	}
}

const run = async (folder: MemoryFolder, query = QUERY, shape = SHAPE, table = new MemoryTable()) =>
	await exportTable(table, folder, { query, shape, version: "1" }, () => {});

test("each TCN's files are its notations side by side, in order; the manifest has their numbers and sums", async () => {
	const folder = new MemoryFolder();
	const manifest = await run(folder);
	expect(folder.manifest).toEqual(manifest);
	for (const { tcn, tangles } of manifest.tcns) {
		const own = all.filter(({ TCN }) => TCN === tcn);
		expect(tangles).toBe(own.length);
		expect(folder.text(tcn)).toBe(
			own
				.map(({ notation }) => notation)
				.toSorted()
				.join(""),
		);
	}
	expect(manifest.tcns.map(({ tcn }) => tcn)).toEqual([-1, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
	expect(manifest.tangles).toBe(all.length);
	expect(manifest.files.map(({ name }) => name).slice(0, 4)).toEqual(
		["-1", "00", "01", "02"].map((tcn) => `tcn${tcn}-00001.txt`),
	);
	for (const { name, bytes, sha256, ...file } of manifest.files) {
		const content = folder.contents.get(name) ?? new Uint8Array();
		expect(Object.keys(file)).toEqual(["tcn", "tangles"]);
		expect([content.length, createHash("sha256").update(content).digest("hex")]).toEqual([bytes, sha256]);
		expect(bytes).toBeLessThanOrEqual(1000);
	}
});

test("wherever a run is killed, the next one goes on, and the files are the same", async () => {
	const whole = new MemoryFolder();
	const manifest = await run(whole);
	for (let dieAt = 0; dieAt < manifest.files.length; dieAt += 1) {
		const folder = new MemoryFolder();
		folder.dieAt = dieAt;
		expect(await run(folder).catch((error: Error) => error.message)).toBe("killed");
		folder.dieAt = Math.min(dieAt + 3, manifest.files.length - 1);
		expect(await run(folder).catch((error: Error) => error.message)).toBe("killed");
		folder.dieAt = Number.POSITIVE_INFINITY;
		expect(await run(folder)).toEqual(manifest);
		expect(new Map([...folder.contents].toSorted())).toEqual(new Map([...whole.contents].toSorted()));
	}
});

test("a run over one TCN goes on behind its last file, and reads no more", async () => {
	const query = { ...QUERY, from_tcn: 8 };
	const folder = new MemoryFolder();
	folder.dieAt = 5;
	await run(folder, query).catch(() => {});
	folder.dieAt = Number.POSITIVE_INFINITY;
	const table = new MemoryTable();
	await run(folder, query, SHAPE, table);
	expect(table.asked).toEqual([folder.finished[4]?.last]);
});

test("csv has a head in each file, jsonl a tangle a line, both all attributes; gzip wraps the same bytes", async () => {
	const query = { ...QUERY, from_tcn: 6, to_tcn: 6 };
	const six = all.filter(({ TCN }) => TCN === 6).toSorted((a, b) => (a.notation < b.notation ? -1 : 1));
	const csv = new MemoryFolder();
	const { files } = await run(csv, query, { ...SHAPE, format: "csv" });
	expect(files.length).toBeGreaterThan(3);
	const rows = files.flatMap(({ name }) => {
		const [head, ...others] = Buffer.from(csv.contents.get(name) ?? "")
			.toString()
			.trimEnd()
			.split("\n");
		expect(head).toBe("notation,TCN,is_good,positivity");
		return others;
	});
	expect(rows).toEqual(six.map((it) => `${it.notation},${it.TCN},${it.is_good},${it.positivity}`));
	const jsonl = new MemoryFolder();
	await run(jsonl, query, { ...SHAPE, format: "jsonl" });
	expect(
		jsonl
			.text(6)
			.trimEnd()
			.split("\n")
			.map((line) => JSON.parse(line)),
	).toEqual(six);
	const zipped = new MemoryFolder();
	await run(zipped, query, { ...SHAPE, format: "jsonl", gzip: true });
	for (const [name, content] of zipped.contents) {
		expect(gunzipSync(content)).toEqual(Buffer.from(jsonl.contents.get(name.replace(/\.gz$/, "")) ?? ""));
	}
});

test("as one text the table is TCN after TCN", async () => {
	const counts: TcnCount[] = [];
	const text = (
		await Array.fromAsync(streamTable(new MemoryTable(), QUERY, "text", (count) => counts.push(count)))
	).join("");
	const folder = new MemoryFolder();
	const { tcns } = await run(folder);
	expect(counts).toEqual([...tcns]);
	expect(text).toBe(tcns.map(({ tcn }) => folder.text(tcn)).join(""));
});

test("as many tangles are expected as there are", () => {
	for (const query of [
		QUERY,
		{ ...QUERY, from_tcn: 5 },
		{ ...QUERY, positivity: ["neutral", "positive"] as const },
		{ ...QUERY, good: true },
	]) {
		expect(expectedTangles(query)).toBe(all.filter((tangle) => has(query, tangle)).length);
	}
});

test("a TCN with fewer or more tangles than there are is not complete", () => {
	expect(whyIncomplete(QUERY, { tcn: 7, tangles: 608 })).toBeUndefined();
	expect(whyIncomplete(QUERY, { tcn: 7, tangles: 607 })).toBe(
		"the table has 607 tangles of TCN 7, not 608: it is not complete",
	);
	const good = { ...QUERY, good: true };
	expect([350, 351].map((tangles) => whyIncomplete(good, { tcn: 7, tangles }) === undefined)).toEqual([true, false]);
	expect(whyIncomplete({ ...good, positivity: ["neutral"] }, { tcn: 7, tangles: 0 })).toBeUndefined();
});
