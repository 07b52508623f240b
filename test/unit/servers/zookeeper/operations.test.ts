import { expect, test } from "bun:test";
import jute from "node-zookeeper-client/lib/jute";
import {
	EVERYONE_ALL,
	exists,
	getChildren,
	getData,
	transaction,
} from "../../../../src/servers/zookeeper/operations.ts";
import { answerOf, requestBytes } from "../../../../src/servers/zookeeper/request.ts";
import { int, no, text } from "../../../support/zookeeper-bytes.ts";

const NODE = Buffer.alloc(68, 1);

test("a request is its length, number and opcode, and what it asks", () => {
	const asked = Buffer.concat([int(7), int(8), text("/grün"), Buffer.from([1])]);
	expect(
		requestBytes(
			7,
			getChildren("/grün", () => {}),
		),
	).toEqual(Buffer.concat([int(asked.length), asked]));
});

test("names, numbers of 64 bits and missing data are read as they are", () => {
	const names = Buffer.concat([int(2), text("Grüße 🪢"), text("")]);
	expect(getChildren("/").read(names, 0)).toEqual({ value: ["Grüße 🪢", ""], size: names.length });
	const read = getData("/").read(Buffer.concat([int(-1), NODE]), 0);
	expect([read.size, read.value.data.length]).toEqual([72, 0]);
	expect([read.value.czxid, read.value.childChanges]).toEqual([0x0101010101010101n, 0x01010101]);
});

test("what a server keeps about a node is read as the library's record reads it", () => {
	const bytes = Buffer.from(Array.from({ length: 68 }, (_, at) => (at * 37 + 11) % 256));
	const stat = new jute.data.Stat();
	stat.deserialize(bytes, 0);
	const long = (name: "czxid" | "ctime" | "ephemeralOwner") => stat[name].readBigInt64BE();
	expect(exists("/").read(bytes, 0).value).toEqual({
		czxid: long("czxid"),
		owner: long("ephemeralOwner"),
		createdMs: Number(long("ctime")),
		children: stat.numChildren,
		childChanges: stat.cversion,
	});
});

test.each([
	["a name", Buffer.concat([int(1), int(100), int(1)]), "100 bytes announced, 4 there"],
	["a list", Buffer.concat([int(3), text("a")]), ""],
	["a length", Buffer.alloc(3), ""],
])("%s that is longer than what is there is refused", (_, bytes, message) => {
	expect(() => getChildren("/").read(bytes, 0)).toThrow(message);
});

test("data that are longer than what is there are refused", () => {
	expect(() => getData("/").read(Buffer.concat([int(5), int(1)]), 0)).toThrow();
});

const header = (type: number) => Buffer.concat([int(type), no, int(-1)]);
const END = Buffer.concat([int(-1), Buffer.from([1]), int(-1)]);
const CHANGES = [{ create: "/a", data: Buffer.from("d"), mode: 3 }, { remove: "/b" }];

test("a transaction is one request: a header before each change, and one that ends it", () => {
	const acl = Buffer.concat([int(1), int(31), text("world"), text("anyone")]);
	const asked = Buffer.concat([
		...[int(1), int(14), header(1), text("/a"), text("d"), acl, int(3)],
		...[header(2), text("/b"), int(-1), END],
	]);
	expect(requestBytes(1, transaction(CHANGES, EVERYONE_ALL))).toEqual(Buffer.concat([int(asked.length), asked]));
});

test.each([
	["its changes are carried out", [header(1), text("/a0"), header(2)], { code: 0, value: ["/a0"] }],
	["a node exists", [header(-1), int(-110), header(-1), int(-2)], { code: -110 }],
	["a node has children", [header(-1), int(0), header(-1), int(-111)], { code: -111 }],
	["the session is over", [header(-1), int(-112), header(-1), int(-2)], { code: -112 }],
])("the answer to a transaction, where %s", (_, parts, answer) => {
	const reply = Buffer.concat([...parts, END]);
	expect<unknown>(answerOf(transaction(CHANGES, EVERYONE_ALL), 0, reply, 0)).toEqual(answer);
});
