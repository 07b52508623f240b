import { expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import fc from "fast-check";
import { readMongoUri } from "../../../../src/config/values/mongo-uri.ts";
import { Wrong } from "../../../../src/config/values/wrong.ts";
import { anyText } from "../../../support/any-text.ts";

type Parser = typeof import("mongodb-connection-string-url").ConnectionString;

const { ConnectionString }: { ConnectionString: Parser } = require("mongodb-connection-string-url");

const PACKAGES = join(import.meta.dir, "../../../../node_modules");

/** The parser on the package that it is written for, which `paths` does not reach by its folder. */
async function parserOnItsPackage(): Promise<Parser> {
	const file = join(PACKAGES, "mongodb-connection-string-url/lib/index.js");
	const load = createRequire(file);
	const module: { exports: { ConnectionString?: Parser } } = { exports: {} };
	const evaluate = new Function("require", "exports", "module", await readFile(file, "utf8"));
	const whatwg = load(join(PACKAGES, "whatwg-url/index.js"));
	evaluate((name: string) => (name === "whatwg-url" ? whatwg : load(name)), module.exports, module);
	if (module.exports.ConnectionString === undefined) throw new Error(`${file} exports no parser`);
	return module.exports.ConnectionString;
}

/** All that the driver and `mongo-uri.ts` ask of an address; or what is wrong, where both name it by the address alone. */
function answers(parser: Parser, text: string): unknown {
	let uri: InstanceType<Parser>;
	try {
		uri = new parser(text);
	} catch (error) {
		const { name, message } = error as Error;
		return name === "TypeError" ? name : { name, message };
	}
	const { protocol, username, password, hosts, pathname, search, searchParams, hash, isSRV } = uri;
	const options = [...searchParams.keys()].map((key) => searchParams.getAll(key.toUpperCase()));
	const before = uri.toString();
	uri.search = new URLSearchParams([["a b", "c&d=\u00e4"]]).toString();
	const parts = { protocol, username, password, hosts, pathname, search, hash, isSRV };
	return { ...parts, pairs: [...searchParams], options, before, after: uri.toString() };
}

const HOSTS = [
	...["h", "h:1", "a:1,b,c:99999", "[::1]:27017", "[fe80::1%25lo]", "127.0.0.1", "0x7f.1", "", ":", "a b", "A.EXAMPLE"],
	...["%2Ftmp%2Fmongodb-27017.sock", "/tmp/x.sock", "\u00e4.example", "xn--4ca.example", "cluster0.example.net"],
];
const ODD = [..."aZ0._~!$&'()*+,;=:@/?#[]%\\\"<>^`{|} \t\r\n\0\x1f\x7f\u0080\u2028\ufeff\u3002"];
const ODDER = ["%40", "%2F", "%25", "%2", "%zz", "%00", "%ff", "%C3%A4", "..", "%2e%2e", "\u{1f600}", "\ud800"];

const part = fc.oneof(
	fc.array(fc.constantFrom(...ODD, ...ODDER), { maxLength: 8 }).map((pieces) => pieces.join("")),
	anyText(4),
);
const sometimes = (before: string, after: string) =>
	fc.oneof(
		fc.constant(""),
		part.map((it) => before + it + after),
	);
const option = fc.tuple(fc.oneof(fc.constantFrom("tls", "REPLICASET", "readPreferenceTags", ""), part), part);
const query = fc.oneof(
	fc.constant(""),
	fc.array(option, { maxLength: 3 }).map((pairs) => `?${pairs.map((pair) => pair.join("=")).join("&")}`),
);
const address = fc
	.tuple(
		fc.constantFrom("mongodb://", "mongodb+srv://", "mongodb:/", "MONGODB://"),
		fc.oneof(
			fc.constantFrom("", "u:p@", ":p@", "@"),
			sometimes("", "@"),
			fc.tuple(part, part).map((it) => `${it.join(":")}@`),
		),
		fc.oneof(fc.constantFrom(...HOSTS), part),
		fc.oneof(fc.constantFrom("", "/", "/db", "/a/../b", "/%2e/c"), sometimes("/", "")),
		query,
		sometimes("#", ""),
	)
	.map((pieces) => pieces.join(""));

/**
 * Where the package errs: a login with a character beyond U+FFFF comes out damaged. Where the runtime does: a backslash
 * behind a dot ends a part of the path.
 */
const ERRS = /^[^@]*[\u{10000}-\u{10ffff}][^@]*@|\\/u;

test("the parser of MongoDB's addresses stands on the runtime's URL, and answers as on the package", async () => {
	expect(ConnectionString.prototype).toBeInstanceOf(URL);
	const other = await parserOnItsPackage();
	expect(other.prototype).not.toBeInstanceOf(URL);
	fc.assert(
		fc.property(
			address.filter((text) => !ERRS.test(text)),
			(text) => expect(answers(ConnectionString, text)).toEqual(answers(other, text)),
		),
		{ numRuns: 1000 },
	);
});

test("a path with a backslash names no database, also where the parser leaves it out", () => {
	for (const path of ["\\", "a\\b", ".\\", "..\\", ".\\db", "%2e\\db", "a/.\\"]) {
		expect(readMongoUri(`mongodb://h/${path}`)).toEqual(
			new Wrong(expect.stringContaining("in its path that holds one of")),
		);
	}
	expect(readMongoUri("mongodb://h/db?appName=/a\\b")).toHaveProperty("database", "db");
});

test("a login with a character beyond U+FFFF stays whole", () => {
	const { username, password } = new ConnectionString("mongodb://\u{1f600}a:b\u{1f600}c@h/");
	expect([username, password].map(decodeURIComponent)).toEqual(["\u{1f600}a", "b\u{1f600}c"]);
});
