import { describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { MONGO_OPTIONS } from "../../../../src/config/values/mongo-options.ts";
import { mongoOptionsOf, withOptions } from "../../../../src/config/values/mongo-uri.ts";
import { readMongoOptions } from "../../../../src/config/values/mongo-uri-options.ts";
import { Wrong } from "../../../../src/config/values/wrong.ts";
import { optionsTable } from "../../../support/mongo-options-table.ts";

const README = join(import.meta.dir, "../../../../src/servers/mongo/README.md");

describe("the table of options", () => {
	test("has every option that the driver knows, and no other", async () => {
		const driver = require("mongodb/lib/connection_string.js") as { OPTIONS: Record<string, unknown> };
		expect(Object.keys(MONGO_OPTIONS).toSorted()).toEqual(Object.keys(driver.OPTIONS).toSorted());
	});

	test("gives the driver no option that it warns of on stderr", () => {
		const driver = require("mongodb/lib/connection_string.js") as { OPTIONS: Record<string, { deprecated?: unknown }> };
		const warned = Object.entries(driver.OPTIONS).filter(([, { deprecated }]) => deprecated !== undefined);
		expect(warned.map(([name]) => name).toSorted()).toEqual(["fsync", "j", "timeoutMS", "wtimeout"]);
		for (const [name] of warned) expect(MONGO_OPTIONS[name]?.is).not.toBe("honoured");
	});

	test("stands in the README as it is", async () => {
		expect(await readFile(README, "utf8")).toContain(optionsTable());
	});

	test("refuses no option without saying why", () => {
		for (const { why } of Object.values(MONGO_OPTIONS)) expect(why.length).toBeGreaterThan(8);
	});
});

describe("what an address says", () => {
	test("options in any case, percent-encoded, and the driver's spelling of them", () => {
		const read = mongoOptionsOf(
			"mongodb://h/?REPLICASET=a%20b&readpreferencetags=dc:x&ReadPreference=nearest&W=majority",
		);
		expect([...read.honoured]).toEqual([["replicaSet", "a b"]]);
		expect(read.follow).toEqual({ mode: "nearest", tags: [{ dc: "x" }], maxStalenessSeconds: undefined });
		expect(read.overridden.map(({ name, value }) => `${name}=${value}`)).toEqual([
			"readPreferenceTags=dc:x",
			"readPreference=nearest",
		]);
	});

	test("what is said as tangles does it anyway is not told", () => {
		const same = "w=majority&journal=true&readConcernLevel=local&readPreference=primary&wtimeoutMS=0";
		expect(mongoOptionsOf(`mongodb://h/?${same}`).overridden).toEqual([]);
	});

	test("several tag sets, in their order, the last for any member", () => {
		const { follow } = mongoOptionsOf(
			"mongodb://h/?readPreference=secondary&readPreferenceTags=a:1,b:2&readPreferenceTags=&maxStalenessSeconds=90",
		);
		expect(follow).toEqual({ mode: "secondary", tags: [{ a: "1", b: "2" }, {}], maxStalenessSeconds: 90 });
	});

	test("everything that is wrong, at once; no passphrase is shown", () => {
		const wrong = readMongoOptions(
			new URLSearchParams("readPreference=x&tls=maybe&nonsense=1&tlsCertificateKeyFilePassword=hush&w="),
		);
		expect(wrong).toBeInstanceOf(Wrong);
		const { text } = wrong as Wrong;
		for (const name of ["readPreference=x", "tls=maybe", "nonsense", "tlsCertificateKeyFilePassword", "option w has"]) {
			expect(text).toContain(name);
		}
		expect(text).not.toContain("hush");
	});

	test.each([
		["mongodb://u:p%40@h", "mongodb://u:p%40@h/"],
		["mongodb://u:p%40@h/", "mongodb://u:p%40@h/"],
		["mongodb://u:p%40@h:1,[::1]:2/db?w=1", "mongodb://u:p%40@h:1,[::1]:2/db"],
		["mongodb+srv://h?w=1", "mongodb+srv://h/"],
	] as const)("%s with other options", (uri, place) => {
		expect(withOptions(uri, new Map([["tls", "true"]]))).toBe(`${place}?tls=true`);
		expect(withOptions(uri, new Map())).toBe(place);
	});
});
