import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { integralTangles } from "../../src/enumeration/tangles/integral.ts";
import type { TangleFields } from "../../src/enumeration/tangles/tangle.ts";
import { Enumeration, idOf } from "../support/enumeration.ts";
import { tanglesUpTo } from "../support/tangle-sets.ts";
import { tangles } from "../support/tangles.ts";

/** A config file that says the page size and names no server. */
async function withPageSize<T>(pageSize: number, use: (file: string) => Promise<T>): Promise<T> {
	const folder = await mkdtemp(join(tmpdir(), "tangles-plan-"));
	const file = join(folder, "tangles.yaml");
	await writeFile(file, `tangle-collections: { page_size: ${pageSize} }\n`);
	try {
		return await use(file);
	} finally {
		await rm(folder, { recursive: true });
	}
}

test("the table, without any server: one row a TCN and their sum; pages of the config's size", async () => {
	const { code, out, err } = await withPageSize(7, (file) => tangles(["plan", "--max-tcn", "7", "-c", file], {}));
	expect({ code, err }).toEqual({ code: 0, err: "" });
	const rows = out.split("\n").map((row) => row.trim().split(/ {2,}/));
	expect(rows[0]).toEqual(["TCN", "tangles", "good", "rootstock pages", "scion pages", "jobs", "size"]);
	expect(rows[6]?.slice(0, 6)).toEqual(["7", "608", "350", "87", "50", "37"]);
	expect(rows[7]?.slice(0, 4)).toEqual(["all", "888", "504", "57"]);
	expect(out).toContain("TCN 2 to 7, pages of 7; sizes are estimates");
	for (const row of out.split("\n")) expect(row.length).toBeLessThanOrEqual(80);
});

test("with a rate there are hours, in the table and in JSON", async () => {
	await withPageSize(500, async (file) => {
		const text = await tangles(["plan", "--rate", "2500", "-c", file], {});
		expect(text.out).toContain("TCN 2 to 16, pages of 500; sizes are estimates");
		expect(text.out).toContain("hours are those of work at 2,500 tangles a second");
		const { code, out } = await tangles(["plan", "--rate", "2500", "-c", file, "--json"], {});
		expect(code).toBe(0);
		const { tcns, total, rate, measured } = JSON.parse(out);
		const sixteen = { tcn: 16, tangles: 69_151_160, good: 40_385_346, jobs: 42_122, hours: 69_151_160 / 2500 / 3600 };
		expect(tcns.at(-1)).toMatchObject(sixteen);
		expect(total).toMatchObject({ tangles: 93_929_424, jobs: 57_518, hours: 93_929_424 / 2500 / 3600 });
		expect({ rate, measured }).toEqual({ rate: 2500, measured: null });
		expect(text.out).toContain("42,122");
	});
});

test("--rate measured: that of the TCN completed last, from the database, without what is no work", async () => {
	await using run = await Enumeration.create();
	await run.prepare(7, 12);
	const integral = new Set(integralTangles().map(({ notation }) => notation));
	let stored = 0;
	// Ten of TCN 7 in a second, with a pause of an hour in the middle; the integral ones long before.
	const secondOf = ({ notation, TCN }: TangleFields) => {
		if (TCN < 7 || integral.has(notation)) return 1;
		stored += 1;
		return 1e9 + Math.floor((stored - 1) / 10) + (stored <= 300 ? 0 : 3600);
	};
	const tangles = (await tanglesUpTo(7)).flat();
	await run.tangles.insertMany(tangles.map((tangle, at) => ({ _id: idOf(secondOf(tangle), at), ...tangle })));
	const { code, out } = await run.run("plan", "--rate", "measured", "--json");
	expect(code).toBe(0);
	const { measured, rate, tcns } = JSON.parse(out);
	expect(measured).toEqual({ tcn: 7, tangles: 606, seconds: 59, paused_seconds: 3601 });
	expect(rate).toBe(606 / 59);
	expect(tcns.at(-1).hours).toBe(tcns.at(-1).tangles / rate / 3600);
	const text = await run.run("plan", "--rate", "measured");
	expect(text.out).toContain("hours are those of work at 10 tangles a second\n");
	expect(text.out).toContain("measured: TCN 7, 606 tangles in 59 s, 3,601 s of pauses left out\n");

	await run.stencils.updateOne({ _id: "config" }, { $set: { current_completed_tcn: 6 } });
	const early = await run.run("plan", "--rate", "measured");
	expect(early).toMatchObject({ code: 64, out: "" });
	expect(early.err).toContain("--rate measured: TCN 6, which was completed last, took too little time");
	expect(early.err).toContain("give the tangles in a second, or measure once a TCN that takes ten seconds is complete");
});

test("a rate that is none and a TCN beyond what can be counted are refused, with what may be given", async () => {
	for (const rate of ["0", "-1", "fast", "1e3"]) {
		const { code, err, out } = await tangles(["plan", `--rate=${rate}`], {});
		expect({ code, out }).toEqual({ code: 64, out: "" });
		expect(err).toContain(`--rate is "${rate}"`);
		expect(err).toContain('give the tangles stored in a second, more than 0, for example 2500; or "measured"');
	}
	const { code, err } = await tangles(["plan", "--max-tcn", "30"], {});
	expect(code).toBe(64);
	expect(err).toContain("give a whole number from 2 to 29");
});
