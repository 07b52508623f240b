import { expect, test } from "bun:test";
import { getChildren, getData } from "../../../../src/servers/zookeeper/operations.ts";
import { requestBytes } from "../../../../src/servers/zookeeper/request.ts";
import { int, text } from "../../../support/zookeeper-bytes.ts";

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
	expect([read.value.stat.czxid, read.value.stat.cversion]).toEqual([0x0101010101010101n, 0x01010101]);
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
