import { describe, expect, test } from "bun:test";
import { PROPERTIES } from "../../../src/config/formats/property-keys.ts";
import { SECTION_KEYS } from "../../../src/config/keys.ts";
import { faultsIn, keptLog, loadText } from "../../support/config-folder.ts";
import { KEY_ROWS, PROPERTY_ROWS } from "../../support/key-rows.ts";

/** What names the server of a section, so that its other keys can be looked at. */
const SERVER_KEYS: Readonly<Record<string, readonly [key: string, value: string]>> = {
	"faktory-connection-info": ["domain", "h"],
	"db-connection-info": ["domain", "h"],
	"zookeeper-connection-info": ["connect", "h"],
};

const DECLARED = Object.entries(SECTION_KEYS).flatMap(([section, keys]) =>
	Object.keys(keys).map((key) => [section === "components" ? "components.c" : section, key] as const),
);

/** A section with one key, beside what names its server; `line` is left out where it is undefined. */
function textOf(section: string, key: string, value: string | undefined): string {
	const [outer = "", inner] = section.split(".");
	const [serverKey, server] = SERVER_KEYS[section] ?? [];
	const depth = inner === undefined ? "  " : "    ";
	return [
		`${outer}:`,
		...(inner === undefined ? [] : [`  ${inner}:`]),
		...(serverKey === undefined || serverKey === key ? [] : [`${depth}${serverKey}: ${server}`]),
		...(value === undefined ? [] : [`${depth}${key}: ${value}`]),
		"",
	].join("\n");
}

/** What stands for "nothing given". */
const BLANK = ["", "~", "null", '""', "''", '"   "', '"\\t"', "|", "# only a comment"] as const;

describe("every key of YAML, absent, blank, null and of a wrong type", () => {
	test("each declared key has a row, and each row a key", () => {
		expect(Object.keys(KEY_ROWS).toSorted()).toEqual(DECLARED.map((path) => path.join(".")).toSorted());
	});

	for (const [section, key] of DECLARED) {
		const row = KEY_ROWS[`${section}.${key}`];
		if (row === undefined) continue;
		test(`${section}.${key}`, async () => {
			const absent = await loadText(textOf(section, key, undefined));
			expect(row.read(absent)).toEqual(row.unset);
			for (const blank of BLANK) {
				const log = keptLog();
				const config = await loadText(textOf(section, key, blank), { log });
				expect({ blank, ...config, file: "" }).toEqual({ blank, ...absent, file: "" });
				expect(log.lines).toEqual([]);
			}
			const faults = await faultsIn(textOf(section, key, row.wrong));
			expect(faults).toContainEqual(expect.stringContaining(` ${section}.${key}: ${row.says} (found `));
			for (const fault of faults) expect(fault).toMatch(/^tangles\.yaml:\d+: /);
		});
	}
});

describe("every section, absent, blank and of a wrong type", () => {
	for (const section of Object.keys(SECTION_KEYS)) {
		test(section, async () => {
			const absent = await loadText("");
			for (const blank of [...BLANK, "{}", "{ a: , b: ~ }"]) {
				const config = await loadText(`${section}: ${blank}\n`);
				if (section === "components" && blank.includes("a:")) {
					expect([...config.components.keys()]).toEqual(["a", "b"]);
				} else expect({ blank, ...config, file: "" }).toEqual({ blank, ...absent, file: "" });
			}
			for (const wrong of ["5", "text", "true", "[]", "[a]"]) {
				const faults = await faultsIn(`${section}: ${wrong}\n`);
				expect(faults).toEqual([
					expect.stringContaining(`tangles.yaml:1: ${section}: is not a map; expected keys with values`) as string,
				]);
			}
		});
	}

	test("a server that is needed and has a blank section is not named", async () => {
		for (const blank of ["", "{}", '{ domain: "" , port: }']) {
			expect(await faultsIn(`faktory-connection-info: ${blank}\n`, { needs: ["faktory"] })).toEqual([
				expect.stringContaining(
					"tangles.yaml: faktory: no server is named; expected faktory-connection-info:",
				) as string,
			]);
		}
	});
});

describe("every property, absent, blank, taken and not taken", () => {
	const load = async (text: string) => await loadText(text, { ending: ".properties" });

	test("each declared property has a row, and each row a property", () => {
		expect(Object.keys(PROPERTY_ROWS).toSorted()).toEqual([...PROPERTIES.keys()].toSorted());
	});

	for (const [key, { read, unset, taken, wrong }] of Object.entries(PROPERTY_ROWS)) {
		test(key, async () => {
			const absent = await load("");
			for (const blank of [key, `${key}=`, `${key} =   `, `${key}:\t`, `${key}=\\\n   `, `${key}=\\u0020`]) {
				const log = keptLog();
				const config = await loadText(`${blank}\n`, { ending: ".properties", log });
				expect(read(config)).toEqual(unset);
				expect({ blank, ...config, file: "" }).toEqual({ blank, ...absent, file: "" });
				expect(log.lines).toEqual([]);
			}
			if (taken !== undefined) expect(read(await load(`${key} =  ${taken[0]}  \n`))).toEqual(taken[1]);
			if (wrong !== undefined) {
				const faults = await faultsIn(`# one\n${key}=${wrong[0]}\n`, { ending: ".properties" });
				expect(faults).toContainEqual(expect.stringMatching(new RegExp(`^tangles.properties:2: ${key}[.0-9]*: `)));
				expect(faults.join("\n")).toContain(wrong[1]);
			}
		});
	}

	const numeric = [
		...["maxThreads", "workQueueSize", "sboi.pageSize", "maxRuntimeForWorkers", "component.threadsPerBatch"],
		"simultaneousProcesses",
	];
	for (const key of numeric) {
		test(`autonomous.${key}: 0, -1 and 1e3 are refused by name, one that is spaced is taken`, async () => {
			for (const value of ["0", "-1", "1e3"]) {
				const faults = await faultsIn(`autonomous.${key}=${value}\n`, { ending: ".properties" });
				expect(faults).toEqual([expect.stringContaining(`:1: autonomous.${key}: is not`) as string]);
			}
			const config = await load(`autonomous.${key} =   7   \n`);
			expect(Object.values(config.components.get("*") ?? {})).toContain(7);
		});
	}
});

describe("two names of one setting: the same in both, or a fault that names both", () => {
	const yaml = (first: string, second: string) =>
		`components:\n  c:\n    simultaneous-processes: ${first}\n    simultaneousProcesses: ${second}\n`;
	const pairs = [
		["autonomous.eventID", "autonomous.component.event", "A", "B"],
		["autonomous.simultaneousProcesses", "simultaneousProcesses", "3", "2"],
	] as const;
	for (const [one, other, a, b] of pairs) {
		test(`${one} and ${other}`, async () => {
			const text = (second: string) => `${one}=${a}\n${other}=${second}\n`;
			const same = await loadText(text(a), { ending: ".properties" });
			expect(same.components.get("*")).toMatchObject(a === "A" ? { event: "A" } : { maxThreads: 3, queueLength: 3 });
			expect(await faultsIn(text(b), { ending: ".properties" })).toEqual([
				`tangles.properties:2: ${other}: differs from ${one} on line 1; expected one of the two, or the same in both`,
			]);
			expect((await loadText(text(""), { ending: ".properties" })).components).toEqual(same.components);
		});
	}

	test("simultaneous-processes and simultaneousProcesses", async () => {
		expect((await loadText(yaml("3", "3"))).components.get("c")).toMatchObject({ maxThreads: 3, queueLength: 3 });
		expect(await faultsIn(yaml("3", "2"))).toEqual([
			"tangles.yaml:4: components.c.simultaneousProcesses: is not 3 as simultaneous-processes is; expected one of the two, or the same in both (found 2)",
		]);
	});
});

describe("what one setting gives where others do not", () => {
	const settings = async (keys: string) => (await loadText(`components: { c: { ${keys} } }\n`)).components.get("c");
	const properties = async (text: string) => (await loadText(text, { ending: ".properties" })).components.get("*");

	test("simultaneousProcesses sets queue-length and max-threads where these are not given", async () => {
		expect(await settings("simultaneousProcesses: 3")).toMatchObject({ queueLength: 3, maxThreads: 3 });
		expect(await settings("simultaneous-processes: 3, max-threads: 2")).toMatchObject({
			queueLength: 3,
			maxThreads: 2,
		});
		expect(await settings("simultaneous-processes: 3, queue-length: 9")).toMatchObject({
			queueLength: 9,
			maxThreads: 3,
		});
		expect(await properties("simultaneousProcesses: 3\nautonomous.maxThreads=\n")).toMatchObject({
			...{ queueLength: 3, maxThreads: 3 },
		});
	});

	test("max-run: the run's time; a batch may have all of it unless max-runtime says less", async () => {
		expect(await settings("max-run: 2h")).toMatchObject({ maxRunMs: 7_200_000, maxRuntimeMs: 7_200_000 });
		expect(await settings("max-run: 2h, max-runtime: 5m")).toMatchObject({
			maxRunMs: 7_200_000,
			maxRuntimeMs: 300_000,
		});
		expect(await settings("max-runtime: 5m")).toMatchObject({ maxRunMs: undefined, maxRuntimeMs: 300_000 });
	});

	test("a properties file: the run's time is that of maxRuntimeForWorkers, an hour where it says none", async () => {
		expect(await properties("autonomous.maxRuntimeForWorkers=5000\n")).toMatchObject({
			...{ maxRunMs: 5000, maxRuntimeMs: 5000 },
		});
		expect(await properties("autonomous.maxThreads=2\nautonomous.maxRuntimeForWorkers=\n")).toMatchObject({
			...{ maxRunMs: 3_600_000, maxRuntimeMs: 3_600_000 },
		});
	});

	test("the stop event stops whoever does not ask for it", async () => {
		expect(await settings("past: [A]")).toMatchObject({ unless: ["Manually_stopped"] });
		expect(await settings("past: [A, Manually_stopped]")).toMatchObject({ unless: [] });
		const other = await loadText("batches: { stop-event: Halted }\ncomponents: { c: { past: [Manually_stopped] } }\n");
		expect(other.components.get("c")).toMatchObject({ unless: ["Halted"] });
		expect(await properties("tangles.batches.stopEvent=Halted\nautonomous.eventID=X\n")).toMatchObject({
			...{ unless: ["Halted"] },
		});
	});
});

describe("the environment: a variable that is blank is not set", () => {
	const rows = ["TANGLES_MONGO_URI", "TANGLES_ZOOKEEPER", "FAKTORY_URL", "FAKTORY_PROVIDER", "TANGLES_CONFIG"];
	for (const name of rows) {
		test(name, async () => {
			for (const value of ["", " ", "\t\n"]) {
				const config = await loadText("faktory-connection-info: { domain: h }\n", { env: { [name]: value } });
				expect(config.faktory?.host).toBe("h");
				expect([...config.origins.values()].filter((origin) => origin.startsWith("environment"))).toEqual([]);
			}
		});
	}
});
