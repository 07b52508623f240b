import { expect, test } from "bun:test";
import {
	getChildren,
	getData,
	multiRead,
	readEvent,
	readReplyHeader,
	requestBytes,
	setWatches,
} from "../../../../src/servers/zookeeper/protocol.ts";

const int = (value: number) => {
	const bytes = Buffer.alloc(4);
	bytes.writeInt32BE(value);
	return bytes;
};
const text = (value: string) => Buffer.concat([int(Buffer.byteLength(value)), Buffer.from(value)]);
const none = Buffer.from([0]);
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

test("several reads are one request: a header before each, and one that ends it", () => {
	const header = (type: number) => Buffer.concat([int(type), none, int(-1)]);
	const asked = Buffer.concat([
		...[int(1), int(22), header(8), text("/a"), none],
		...[header(4), text("/b"), none, int(-1), Buffer.from([1]), int(-1)],
	]);
	const request = requestBytes(1, multiRead([getChildren("/a"), getData("/b")]));
	expect(request).toEqual(Buffer.concat([int(asked.length), asked]));
});

test("names, numbers of 64 bits and missing data are read as they are", () => {
	const names = Buffer.concat([int(2), text("Grüße 🪢"), text("")]);
	expect(getChildren("/").read(names, 0)).toEqual({ value: ["Grüße 🪢", ""], size: names.length });
	const read = getData("/").read(Buffer.concat([int(-1), NODE]), 0);
	expect([read.size, read.value.data.length]).toEqual([72, 0]);
	expect([read.value.stat.czxid, read.value.stat.cversion]).toEqual([0x0101010101010101n, 0x01010101]);
	expect(readReplyHeader(Buffer.alloc(16, 255)).header).toEqual({ xid: -1, zxid: -1n, code: -1 });
});

test("each of several reads has its own answer", () => {
	const answers = Buffer.concat([
		...[int(8), none, int(0), int(1), text("x")],
		...[int(-1), none, int(-101), int(-101)],
		...[int(-1), Buffer.from([1]), int(-1)],
	]);
	const { value } = multiRead([getChildren("/a"), getData("/b")]).read(answers, 0);
	expect(value).toEqual([{ code: 0, value: ["x"] }, { code: -101 }]);
	expect(() => multiRead([getChildren("/a"), getData("/b"), getData("/c")]).read(answers, 0)).toThrow("fewer answers");
});

test.each([
	["a name", Buffer.concat([int(1), int(100), int(1)]), "100 bytes announced, 4 there"],
	["a list", Buffer.concat([int(3), text("a")]), ""],
	["a length", Buffer.alloc(3), ""],
])("%s that is longer than what is there is refused", (_, bytes, message) => {
	expect(() => getChildren("/").read(bytes, 0)).toThrow(message);
});

test("data or a path that is longer than what is there is refused", () => {
	expect(() => getData("/").read(Buffer.concat([int(5), int(1)]), 0)).toThrow();
	expect(() => readEvent(Buffer.concat([int(1), int(3), int(100), int(1)]), 0)).toThrow(
		"112 bytes announced, 16 there",
	);
});

test.each([
	[2, ["data", "children"]],
	[3, ["data"]],
	[4, ["children"]],
	[1, []],
	[99, []],
])("an event of type %d ends the watches it concerns", (type, kinds) => {
	expect(readEvent(Buffer.concat([int(type), int(3), text("/a")]), 0)).toEqual({ path: "/a", kinds } as never);
});

test("watches are set anew with the last transaction that is known", () => {
	const bytes = requestBytes(-8, setWatches(2n ** 40n, ["/a"], ["/b"]));
	expect(bytes.readBigInt64BE(12)).toBe(2n ** 40n);
	expect(bytes.subarray(20)).toEqual(Buffer.concat([int(1), text("/a"), int(0), int(1), text("/b")]));
});
