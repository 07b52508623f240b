import { expect, test } from "bun:test";
import { readEvent, readReplyHeader } from "../../../../src/servers/zookeeper/replies.ts";
import { int, text } from "../../../support/zookeeper-bytes.ts";

test("the header's numbers are signed", () => {
	expect(readReplyHeader(Buffer.alloc(16, 255)).header).toEqual({ xid: -1, zxid: -1n, code: -1 });
});

test("a path that is longer than what is there is refused", () => {
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
