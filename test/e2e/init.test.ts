import { describe, expect, test } from "bun:test";
import { Enumeration } from "../support/enumeration.ts";
import { shared } from "../support/servers.ts";

const ENGINES = { SecantusDB: shared.mongo, FerretDB: shared.ferretdb };

for (const [engine, mongo] of Object.entries(ENGINES)) {
	describe(`init on ${engine}`, () => {
		test("makes everything, and a second run changes nothing", async () => {
			await using run = await Enumeration.create({ mongo: mongo() });
			const first = await run.run("init", "--max-tcn", "8", "--json");
			expect(first).toMatchObject({ code: 0, err: "" });
			expect(JSON.parse(first.out).parts.map((part: { added: number }) => part.added)).toEqual([3, 1, 116, 21, 1]);
			expect(await run.db.listCollections({ name: "batches" }).toArray()).toEqual([]);
			const documents = async () => [await run.stencils.find().toArray(), await run.tangles.find().toArray()];
			const before = await documents();
			expect(await run.config()).toEqual({ _id: "config", current_completed_tcn: 1, max_tcn: 8 });
			const field = async (notation: string) => {
				const { _id, ...fields } = (await run.tangles.findOne({ notation })) ?? { _id: undefined };
				return fields as object;
			};
			const neutral = { positivity: "neutral" };
			expect(await field("i[0]")).toEqual({ notation: "i[0]", TCN: 0, is_good: false, ...neutral });
			expect(await field("i[0 0]")).toEqual({ notation: "i[0 0]", TCN: -1, is_good: false, ...neutral });
			expect(await field("i[-1]")).toEqual({ notation: "i[-1]", TCN: 1, is_good: false, ...neutral });
			expect(await field("i[29]")).toEqual({ notation: "i[29]", TCN: 29, is_good: true, ...neutral });
			expect(await field("i[-7 0]")).toEqual({ notation: "i[-7 0]", TCN: 7, is_good: false, ...neutral });
			const indexes = await run.tangles.listIndexes().toArray();
			expect(indexes.find(({ key }) => Object.keys(key).join() === "notation")).toMatchObject({ unique: true });
			const second = await run.run("init", "--max-tcn", "8", "--json");
			expect(JSON.parse(second.out).parts.map((part: { added: number }) => part.added)).toEqual([0, 0, 0, 0, 0]);
			expect(await documents()).toEqual(before);
		});

		test("on a live database adds what is missing and touches nothing else", async () => {
			await using run = await Enumeration.create({ mongo: mongo() });
			await run.prepare(5, 6);
			const live = { state: 1, extra: "kept" };
			const id = await run.addStencil({ rootstock_tcn: 1, scion_tcn: 2, TCN: 3, ...live });
			await run.tangles.insertOne({ notation: "i[2]", TCN: 2, is_good: true, positivity: "neutral", mine: 1 });
			const dry = await run.run("init", "--max-tcn", "6", "--dry-run");
			expect(dry).toMatchObject({ code: 0 });
			expect(await run.stencils.countDocuments()).toBe(2);
			const { code, err } = await run.run("init", "--max-tcn", "7");
			expect(code).toBe(0);
			expect(err).toContain("max_tcn is kept as the config document has it kept=6 asked=7");
			expect(err).toContain(`updateOne({ _id: "config" }, { $set: { max_tcn: 7 } })`);
			expect(await run.config()).toEqual({ _id: "config", current_completed_tcn: 5, max_tcn: 6 });
			expect(await run.stencil(id)).toMatchObject(live);
			expect(await run.stencils.countDocuments({ rootstock_tcn: 1, scion_tcn: 2 })).toBe(1);
			expect(await run.stencils.countDocuments()).toBe(1 + 15);
			expect(await run.tangles.countDocuments({ notation: "i[2]", mine: 1 })).toBe(1);
			const lower = await run.run("init", "--max-tcn", "5");
			expect(lower.err).toContain("kept=6 asked=5");
			expect(lower.err).not.toContain("updateOne");
		});

		test("then produce --once pushes the first jobs", async () => {
			await using run = await Enumeration.create({ mongo: mongo() });
			await run.run("init", "--max-tcn", "6");
			await run.stencils.updateOne({ _id: "config" }, { $set: { current_completed_tcn: 2 } });
			expect(await run.run("produce", "--once")).toMatchObject({ code: 0, out: "" });
			await using eye = await run.eye();
			const jobs = await eye.take();
			expect(jobs.map(({ args }) => [args[1], args[3], args[4]])).toEqual([[1, 2, 500]]);
			expect(await run.stencils.findOne({ TCN: 3 })).toMatchObject({ state: 3 });
		});
	});
}

test.each([
	["where the config has components", "{ Check: { event: Checked, past: [Received] } }", []],
	["with --batches", undefined, ["--batches"]],
])("the batches' indexes are made %s", async (_, components, words) => {
	await using run = await Enumeration.create(components === undefined ? {} : { components });
	const { code, out } = await run.run("init", "--max-tcn", "4", "--json", ...words);
	expect(code).toBe(0);
	expect(JSON.parse(out).parts[2]).toEqual({ what: "indexes", collection: "batches", present: 0, added: 11 });
	expect((await run.db.collection("batches").listIndexes().toArray()).length).toBe(12);
});

test("two at once add nothing twice", async () => {
	await using run = await Enumeration.create();
	const codes = await Promise.all([run.run("init"), run.run("init")]);
	expect(codes.map(({ code }) => code)).toEqual([0, 0]);
	expect(await run.stencils.countDocuments()).toBe(301);
	expect(await run.tangles.countDocuments()).toBe(116);
});
