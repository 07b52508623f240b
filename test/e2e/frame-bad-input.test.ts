import { describe, expect, test } from "bun:test";
import type { ObjectId } from "mongodb";
import { ConfigFolder } from "../support/config-folder.ts";
import { Enumeration } from "../support/enumeration.ts";
import { FAULTY_CONFIGS, NEVER_SHOWN } from "../support/faulty-configs.ts";
import { OwnServers, shared } from "../support/servers.ts";
import { tangles } from "../support/tangles.ts";

const STACK = /\n\s+at |\.ts:\d/;

describe("documents that are not what they must be: exit 65, naming collection, _id and field", () => {
	const cases: readonly (readonly [string, object, string])[] = [
		[
			"j + k is not TCN",
			{ rootstock_tcn: 3, scion_tcn: 4, TCN: 8 },
			"TCN is 8, but rootstock_tcn + scion_tcn = 3 + 4 = 7",
		],
		["state 9", { rootstock_tcn: 3, scion_tcn: 4, TCN: 7, state: 9 }, "state is none of 0 new, 1 started"],
		[
			"a TCN that is text",
			{ rootstock_tcn: 3, scion_tcn: 4, TCN: "7" },
			'TCN is not a whole number from 0 on (found "7")',
		],
		["no state", { rootstock_tcn: 3, scion_tcn: 4, TCN: 7, state: null }, "state is none of 0 new"],
		[
			"a cursor that is none",
			{ rootstock_tcn: 3, scion_tcn: 4, TCN: 7, cursor: 5 },
			"cursor is not a pair of page starts",
		],
	];
	for (const [name, fields, says] of cases) {
		test(name, async () => {
			await using run = await Enumeration.create();
			await run.prepare(6, 7);
			const id = await run.addStencil(fields);
			const { code, err } = await run.run("produce", "--once");
			expect(code).toBe(65);
			expect(err).toContain(`${run.queue}.arborescent_stencils: document _id ${id}:`);
			expect(err).toContain(says);
			expect(err).not.toMatch(STACK);
			expect(await run.stencil(id)).toMatchObject(fields);
		});
	}

	test("a tangle whose _id is no ObjectId", async () => {
		await using run = await Enumeration.create();
		await run.prepare(6, 7, [3, 4]);
		await run.tangles.insertOne({ _id: "x" as unknown as ObjectId, notation: "x", TCN: 3, is_good: true });
		const { code, err } = await run.run("produce", "--once");
		expect(code).toBe(65);
		expect(err).toContain('arborescent_tangles: document _id "x": _id is not an ObjectId');
	});

	test("no config document, and one whose numbers are none", async () => {
		await using run = await Enumeration.create();
		const none = await run.run("produce", "--once");
		expect(none.code).toBe(65);
		expect(none.err).toContain("there is no config document");
		expect(none.err).toContain("`tangles init` makes it");
		await run.stencils.insertOne({ _id: "config", current_completed_tcn: "1", max_tcn: 4.5 });
		const bad = await run.run("produce", "--once");
		expect(bad.code).toBe(65);
		expect(bad.err).toContain("current_completed_tcn is not a whole number");
		expect(bad.err).toContain("max_tcn is not a whole number");
	});
});

describe("servers", () => {
	test("a dead port: 69, with the server, its address and the time", async () => {
		await using run = await Enumeration.create({ producer: "patience: 300ms" });
		await run.prepare(6, 7, [3, 4]);
		const dead = "127.0.0.1:1";
		const faktory = await tangles(["produce"], { ...run.env, FAKTORY_URL: `tcp://${dead}` });
		expect(faktory.code).toBe(69);
		expect(faktory.err).toMatch(/Faktory at 127\.0\.0\.1:1 is unreachable .* tried for \d+\.\d s: .*ECONNREFUSED/);
		expect(faktory.err).not.toMatch(STACK);
		const mongo = await tangles(["produce"], { ...run.env, TANGLES_MONGO_URI: `mongodb://${dead}` });
		expect(mongo.code).toBe(69);
		expect(mongo.err).toMatch(/MongoDB at 127\.0\.0\.1:1 is unreachable .* tried for \d+\.\d s/);
		expect(mongo.err).not.toMatch(STACK);
	});

	test("a wrong password: 77, and the password is not shown", async () => {
		await using servers = await OwnServers.start(["faktory"], { FAKTORY_PASSWORD: "right" });
		await using run = await Enumeration.create();
		await run.prepare(6, 7, [3, 4]);
		const { port } = new URL(servers.faktory.replace("tcp", "http"));
		for (const [login, code] of [
			["", 77],
			[":wrong-one@", 77],
			[":right@", 65],
		] as const) {
			const ended = await tangles(["produce"], { ...run.env, FAKTORY_URL: `tcp://${login}127.0.0.1:${port}` });
			expect({ login, code: ended.code, err: ended.err }).toMatchObject({ login, code });
			expect(ended.err).not.toContain("wrong-one");
			if (code === 77) expect(ended.err).toContain("refuses the login");
		}
		const uri = shared.mongoAuth();
		expect(await tangles(["init"], { ...run.env, TANGLES_MONGO_URI: uri })).toMatchObject({ code: 0 });
		const bad = await tangles(["init"], { ...run.env, TANGLES_MONGO_URI: uri.replace("secret", "wrong-one") });
		expect(bad.code).toBe(77);
		expect(bad.err).not.toContain("wrong-one");
		expect(bad.err).not.toMatch(STACK);
	});
});

test("every faulty config file: 78, what is wrong is named, no stack, nothing on stdout", async () => {
	expect(FAULTY_CONFIGS.length).toBeGreaterThanOrEqual(200);
	const waiting = [...FAULTY_CONFIGS];
	const worker = async () => {
		for (let config = waiting.shift(); config !== undefined; config = waiting.shift()) {
			const { name, ending, content, env = {}, faults } = config;
			await using folder = await ConfigFolder.create({ [`tangles${ending}`]: content });
			const { code, out, err } = await tangles(["produce", "-c", `${folder.path}/tangles${ending}`], env);
			expect({ name, code, out }).toEqual({ name, code: 78, out: "" });
			for (const fault of faults) expect(err).toContain(fault);
			expect(err).not.toContain(NEVER_SHOWN);
			expect(err).not.toMatch(STACK);
		}
	};
	await Promise.all([worker(), worker(), worker()]);
});

test("usage: 64, with the nearest name, and nothing done", async () => {
	for (const [words, says] of [
		[["prodcue"], 'did you mean "tangles produce"?'],
		[["produce", "--dryrun"], "did you mean --dry-run?"],
		[["produce", "--until-tcn"], "--until-tcn needs a value"],
		[["produce", "--until-tcn", "x"], "give a whole number"],
		[["produce", "extra"], 'unexpected argument "extra"'],
		[["init", "--max-tcn", "2"], "give a whole number from 3 to 200"],
		[["init", "--", "x"], 'nothing may stand after "--" here'],
		[[], "no command given"],
	] as const) {
		const { code, out, err } = await tangles(words, {});
		expect({ words, code, out }).toEqual({ words, code: 64, out: "" });
		expect(err).toContain(says);
		expect(err).not.toMatch(STACK);
	}
});
