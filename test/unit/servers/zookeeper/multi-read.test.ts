import { expect, test } from "bun:test";
import { multiRead } from "../../../../src/servers/zookeeper/multi-read.ts";
import { NAMES, NODE } from "../../../../src/servers/zookeeper/operations.ts";
import { requestBytes } from "../../../../src/servers/zookeeper/request.ts";
import { int, no, text } from "../../../support/zookeeper-bytes.ts";

const READS = [
	{ kind: NAMES, path: "/a" },
	{ kind: NODE, path: "/bé" },
];

test("several reads are one request: a header before each, and one that ends it", () => {
	const header = (type: number) => Buffer.concat([int(type), no, int(-1)]);
	const asked = Buffer.concat([
		...[int(1), int(22), header(8), text("/a"), no],
		...[header(4), text("/bé"), no, int(-1), Buffer.from([1]), int(-1)],
	]);
	const request = requestBytes(1, multiRead(READS));
	expect(request).toEqual(Buffer.concat([int(asked.length), asked]));
});

test("each of several reads has its own answer", () => {
	const answers = Buffer.concat([
		...[int(8), no, int(0), int(1), text("x")],
		...[int(-1), no, int(-101), int(-101)],
		...[int(-1), Buffer.from([1]), int(-1)],
	]);
	const { value } = multiRead(READS).read(answers, 0);
	expect(value).toEqual([{ code: 0, value: ["x"] }, { code: -101 }]);
	expect(() => multiRead([...READS, { kind: NODE, path: "/c" }]).read(answers, 0)).toThrow("fewer answers");
});
