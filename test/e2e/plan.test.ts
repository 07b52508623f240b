import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
		const text = await tangles(["plan", "--rate", "0.5", "-c", file], {});
		expect(text.out).toContain("TCN 2 to 16, pages of 500, 0.5 jobs a second; sizes are estimates");
		const { code, out } = await tangles(["plan", "--rate", "0.5", "-c", file, "--json"], {});
		expect(code).toBe(0);
		const { tcns, total } = JSON.parse(out);
		const sixteen = { tcn: 16, tangles: 69_151_160, good: 40_385_346, jobs: 42_122, hours: 42_122 / 0.5 / 3600 };
		expect(tcns.at(-1)).toMatchObject(sixteen);
		expect(total).toMatchObject({ tangles: 93_929_424, jobs: 57_518 });
		expect(text.out).toContain("42,122");
	});
});

test("a rate that is none and a TCN beyond what can be counted are refused, with what may be given", async () => {
	for (const rate of ["0", "-1", "fast", "1e3"]) {
		const { code, err, out } = await tangles(["plan", `--rate=${rate}`], {});
		expect({ code, out }).toEqual({ code: 64, out: "" });
		expect(err).toContain(`--rate is "${rate}"`);
		expect(err).toContain("give the jobs in a second, more than 0: for example 40 or 0.5");
	}
	const { code, err } = await tangles(["plan", "--max-tcn", "30"], {});
	expect(code).toBe(64);
	expect(err).toContain("give a whole number from 2 to 29");
});
