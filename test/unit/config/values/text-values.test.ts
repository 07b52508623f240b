import { describe, expect, test } from "bun:test";
import { splitWords } from "../../../../src/config/formats/split-words.ts";
import { shownKey } from "../../../../src/config/values/describe-value.ts";
import { readDuration } from "../../../../src/config/values/duration.ts";
import { readFaktoryUrl } from "../../../../src/config/values/faktory-url.ts";
import { hideLogin, readMongoUri } from "../../../../src/config/values/mongo-uri.ts";
import { Wrong } from "../../../../src/config/values/wrong.ts";
import { readZookeeperConnect } from "../../../../src/config/values/zookeeper-connect.ts";

describe("splitWords() splits a command line", () => {
	const cases: readonly (readonly [string, string[] | undefined])[] = [
		["prog", ["prog"]],
		["  prog \t a  b ", ["prog", "a", "b"]],
		['prog "two words" ""', ["prog", "two words", ""]],
		['--a="b c"d', ["--a=b cd"]],
		["it's $HOME \\n", ["it's", "$HOME", "\\n"]],
		["", []],
		['"open', undefined],
		['a"b"c"', undefined],
	];
	for (const [text, words] of cases) test(JSON.stringify(text), () => expect(splitWords(text)).toEqual(words));
});

describe("readDuration() gives milliseconds", () => {
	const cases: readonly (readonly [string, number])[] = [
		["500ms", 500],
		["15s", 15_000],
		["1.5s", 1500],
		["2 m", 120_000],
		["1h", 3_600_000],
		["24d", 2_073_600_000],
	];
	for (const [text, length] of cases) test(text, () => expect(readDuration(text)).toBe(length));
	for (const text of [
		"",
		"s",
		"1",
		"1y",
		"1w",
		"-1s",
		"1S",
		"1e3s",
		" 1s",
		"1s ",
		"25d",
		"0.2ms",
		`${"9".repeat(13)}s`,
	]) {
		test(`not ${JSON.stringify(text)}`, () => expect(readDuration(text)).toBeInstanceOf(Wrong));
	}
});

describe("readZookeeperConnect() fills the ports in", () => {
	const cases: readonly (readonly [string, string])[] = [
		["zk", "zk:2181"],
		["a:1, b:2 ,c", "a:1,b:2,c:2181"],
		["a:1/x/y-z", "a:1/x/y-z"],
		["a/", "a:2181"],
		["[::1]:3,10.0.0.1", "[::1]:3,10.0.0.1:2181"],
		// As ZooKeeper's own clients read them.
		["a,,b,", "a:2181,b:2181"],
		[" a , b:1/x ", "a:2181,b:1/x"],
		["a:", "a:2181"],
		["[::1]:", "[::1]:2181"],
		["a,a:2181,a:1", "a:2181,a:1"],
		["[fe80::1%lo]", "[fe80::1%lo]:2181"],
	];
	for (const [text, connect] of cases) test(text, () => expect(readZookeeperConnect(text)).toBe(connect));
	for (const text of [
		"",
		",",
		"/x",
		":",
		":1",
		"a::",
		"a:0",
		"[::1",
		"zk\u00fc.example:1",
		"a:x",
		"a:65536",
		"a//",
		"a/x/",
		"a/./b",
		"a/..",
		"::1",
		"[x]:1",
		"a b:1",
	]) {
		test(`not ${JSON.stringify(text)}`, () => expect(readZookeeperConnect(text)).toBeInstanceOf(Wrong));
	}
});

describe("readMongoUri() finds address and database", () => {
	const cases: readonly (readonly [string, string, string | undefined])[] = [
		["mongodb://h", "h:27017", undefined],
		["mongodb://h/", "h:27017", undefined],
		["mongodb://u:p%40@a:1,b:2/db?replicaSet=rs&tls=true", "a:1,b:2", "db"],
		["mongodb://u@h/?authMechanism=MONGODB-X509", "h:27017", undefined],
		["mongodb+srv://u:p@c.example.net/db", "c.example.net", "db"],
		["mongodb://[::1]:3/db", "[::1]:3", "db"],
		["mongodb://h?tls=true", "h:27017", undefined],
		["mongodb://u:@h/d%C3%A9", "h:27017", "dé"],
	];
	for (const [text, address, database] of cases) {
		test(text, () => expect(readMongoUri(text)).toEqual({ text, address, database }));
	}
	const refused: readonly (readonly [string, string])[] = [
		["", "is not a MongoDB address"],
		["h", "is not a MongoDB address"],
		["mongodb:h", "is not a MongoDB address"],
		["mongodb://", "names no host"],
		["mongodb:///db", "names no host"],
		["mongodb://:1/db", "names no host"],
		["mongodb://u:hush@:1/db", "names no host"],
		["mongodb://u:hush@", "names no host"],
		["mongodb://h,,g", "names no host"],
		["mongodb://hush@@h", "is not percent-encoded"],
		["mongodb://hu[sh:p@h", "is not percent-encoded"],
		["mongodb://u:hu@sh@h", "is not percent-encoded"],
		["mongodb://u:hu/sh@h", "is not percent-encoded"],
		["mongodb://u:hu?sh@h", "is not percent-encoded"],
		["mongodb://u:hu#sh@h", "is not percent-encoded"],
		["mongodb://u:hush:w@h", "is not percent-encoded"],
		["mongodb://u:hush%@h", "is not percent-encoded"],
		["mongodb://hush%@h", "is not percent-encoded"],
		["mongodb://:hush@h", "has a login without a user"],
		["mongodb://@h", "has a login without a user"],
		["mongodb+srv://u:hush@a,b", "has several hosts or a port"],
		["mongodb+srv://u:hush@h:27017", "has several hosts or a port"],
		["mongodb://h#f", "names no host"],
		["mongodb://u:hush@h/db#f", "is not well formed"],
		["mongodb://h/%zz", "has a database that is not percent-encoded"],
		["mongodb://h/a%20b", "has a database in its path"],
		// The parser would leave out what follows.
		["mongodb://u:hush@h/db\n?tls=true", "holds a line end"],
		["mongodb://u:hush@h/d\tb", "holds a line end"],
		["mongodb://u:hush@h/db\u2028?tls=true", "holds a line end"],
	];
	test.each(refused)("not %j: %s", (text, reason) => {
		const wrong = readMongoUri(text);
		expect(wrong).toBeInstanceOf(Wrong);
		expect((wrong as Wrong).text).toContain(reason);
		expect((wrong as Wrong).text).not.toMatch(/hu.?sh/);
	});
});

test.each([
	["mongodb://anna:p%40ss@h/", "anna:p%40ss, anna:p@ss, p%40ss or p@ss at h", "***, ***, *** or *** at h"],
	["mongodb://anna:abc@h/", "anna:abc in the alphabet abc", "*** in the alphabet abc"],
	["mongodb://anna@h/", "anna at h", "*** at h"],
	["mongodb://h/", "h is mute", "h is mute"],
])("hideLogin(): nothing of the login of %s is in a text", (uri, text, shown) => {
	expect(hideLogin(text, uri)).toBe(shown);
});

describe("readFaktoryUrl() takes the address apart", () => {
	const cases: readonly (readonly [string, string, number, string | undefined, boolean])[] = [
		["tcp://f", "f", 7419, undefined, false],
		["tcp://f:1/", "f", 1, undefined, false],
		["tcp://:p%3Aw@f:1", "f", 1, "p:w", false],
		["tcp+tls://user:pw@f", "f", 7419, "pw", true],
		["tcp://[::1]:2", "::1", 2, undefined, false],
	];
	for (const [text, host, port, password, tls] of cases) {
		test(text, () => expect(readFaktoryUrl(text)).toEqual({ host, port, password, tls }));
	}
	for (const text of ["", "f", "tls://f", "tcp://", "tcp://f:99999", "tcp://f?x", "tcp://a@b@c", "tcp://pw@f"]) {
		test(`not ${JSON.stringify(text)}`, () => expect(readFaktoryUrl(text)).toBeInstanceOf(Wrong));
	}
});

describe("shownKey() cuts what no key has", () => {
	const cases: readonly (readonly [string, string])[] = [
		["max-threads", "max-threads"],
		["*", "*"],
		["password:secret", '"password…"'],
		["", '""'],
		["k".repeat(65), `"${"k".repeat(64)}…"`],
	];
	for (const [key, shown] of cases) test(shown.slice(0, 20), () => expect(shownKey(key)).toBe(shown));
});
