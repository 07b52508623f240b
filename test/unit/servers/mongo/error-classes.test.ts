import { describe, expect, test } from "bun:test";
import * as driver from "mongodb";
import { type Fault, isFault } from "../../../../src/base/fault.ts";
import { ERROR_CLASSES, type ErrorMeaning, meaningOf } from "../../../../src/servers/mongo/error-classes.ts";
import { asFault } from "../../../../src/servers/mongo/errors.ts";

type ErrorClass = { readonly name: string; readonly prototype: Error };

const isErrorClass = (it: unknown): it is ErrorClass =>
	typeof it === "function" && (it.prototype as unknown) instanceof Error;

/** Every class of error that the driver exports, those of BSON too. */
const ALL: unknown[] = [...Object.values(driver), ...Object.values(driver.BSON)];
const EXPORTED = ALL.filter(isErrorClass);

/** Those that it throws and does not export. */
const { PoolClearedError, PoolClearedOnNetworkError, PoolClosedError, WaitQueueTimeoutError } =
	require("mongodb/lib/cmap/errors.js") as Record<string, ErrorClass>;
const { TimeoutError } = require("mongodb/lib/timeout.js") as Record<string, ErrorClass>;
const HIDDEN = [PoolClearedError, PoolClearedOnNetworkError, PoolClosedError, WaitQueueTimeoutError, TimeoutError];

/** An instance without the constructor's arguments, which differ from class to class. */
function instanceOf({ prototype }: ErrorClass): Error {
	const error: Error = Object.create(prototype);
	Object.defineProperty(error, "message", { value: "said so" });
	Object.defineProperty(error, "errorLabelSet", { value: new Set() });
	return error;
}

const KINDS: Readonly<Record<ErrorMeaning, Fault["kind"]>> = {
	answer: "failed",
	outage: "unreachable",
	written: "config",
	unfit: "config",
	document: "data",
	driver: "failed",
};

describe("the classification of the driver's errors", () => {
	test("names every class that the driver exports, by itself", () => {
		expect(EXPORTED.length).toBeGreaterThan(45);
		expect(EXPORTED.map(({ name }) => name).filter((name) => !ERROR_CLASSES.has(name))).toEqual([]);
	});

	test("names no class that the driver does not have", () => {
		const known = new Set([...EXPORTED, ...HIDDEN].flatMap((it) => (it === undefined ? [] : instanceOf(it).name)));
		expect([...ERROR_CLASSES.keys()].filter((name) => !known.has(name))).toEqual([]);
	});

	test.each([...EXPORTED, ...HIDDEN].map((it) => [it?.name ?? "gone", it] as const))("%s is a Fault", (name, it) => {
		if (it === undefined) throw new Error(`the driver has no ${name} any more`);
		const error = instanceOf(it);
		const meaning = meaningOf(error);
		if (meaning === undefined) throw new Error("no meaning");
		const fault = asFault(error, "MongoDB at h:1", "db");
		expect(fault).toMatchObject({ kind: KINDS[meaning], message: expect.stringContaining("said so") });
		expect(isFault(fault) && fault.kind !== "unreachable" ? fault.hint : "hint").toBeString();
	});

	test("a class that a later driver adds means what the class above it does", () => {
		class MongoNewNetworkError extends driver.MongoNetworkError {}
		expect(meaningOf(new MongoNewNetworkError("gone"))).toBe("outage");
	});

	test("an error that is not the driver's stays what it is: a bug of ours", () => {
		for (const error of [new TypeError("x is undefined"), new Error("an attempt ended without value or error")]) {
			expect(asFault(error, "MongoDB at h:1", "db")).toBe(error);
		}
	});

	test("the address's own parser has a class of its own by the same name", () => {
		const thrown = (() => {
			try {
				return new driver.MongoClient("mongodb://a:b:c@h");
			} catch (error) {
				return error;
			}
		})();
		expect(thrown).not.toBeInstanceOf(driver.MongoParseError);
		expect(asFault(thrown, "MongoDB at h:1", "db")).toMatchObject({ kind: "config" });
	});
});

describe("what the server answers", () => {
	const answer = (code: number, errmsg: string) =>
		asFault(new driver.MongoServerError({ ok: 0, code, errmsg }), "MongoDB at h:1", "db");

	test.each([
		[10107, "not primary", "unreachable"],
		[64, "waiting for replication timed out", "unreachable"],
		[59, "no such command: 'frobnicate'", "config"],
		[115, "command not supported", "config"],
		[121, "Document failed validation", "data"],
		[10334, "BSONObj size is invalid", "data"],
		[2, "unknown operator: $foo", "failed"],
		[14031, "out of disk space", "failed"],
		[100, "Not enough data-bearing nodes", "failed"],
	] as const)("code %d (%s): %s", (code, errmsg, kind) => {
		expect(answer(code, errmsg)).toMatchObject({ kind, message: expect.stringContaining(errmsg) });
	});

	test("a text that is not UTF-8 in a document: data", () => {
		const bytes = driver.BSON.serialize({ a: "xx" });
		bytes.fill(0xff, 11, 13);
		const thrown = (() => {
			try {
				return driver.BSON.deserialize(bytes);
			} catch (error) {
				return error;
			}
		})();
		expect(asFault(thrown, "MongoDB at h:1", "db")).toMatchObject({ kind: "data" });
	});
});

describe("names that cannot be looked up", () => {
	const lookup = (syscall: string, code: string, hostname: string) =>
		Object.assign(new Error(`${syscall} ${code} ${hostname}`), { syscall, code, hostname });

	test.each([
		["querySrv", "ENOTFOUND", "DNS does not know"],
		["querySrv", "ENODATA", "DNS does not know"],
		["queryTxt", "ESERVFAIL", "DNS gave no answer for"],
		["getaddrinfo", "EAI_AGAIN", "DNS gave no answer for"],
		["querySrv", "ECONNREFUSED", "DNS gave no answer for"],
	] as const)("%s %s: 69, %s the name", (syscall, code, words) => {
		const error = lookup(syscall, code, "_mongodb._tcp.c.example");
		for (const thrown of [error, new driver.MongoNetworkError("lookup failed", { cause: error })]) {
			const fault = asFault(thrown, "MongoDB at c.example", "db");
			expect(fault).toMatchObject({ kind: "unreachable" });
			expect((fault as Fault).message).toStartWith(`${words} _mongodb._tcp.c.example`);
		}
	});
});
