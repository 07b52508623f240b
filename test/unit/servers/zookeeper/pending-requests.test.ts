import { expect, test } from "bun:test";
import { getChildren } from "../../../../src/servers/zookeeper/operations.ts";
import { PendingRequests } from "../../../../src/servers/zookeeper/pending-requests.ts";
import type { Answer } from "../../../../src/servers/zookeeper/request.ts";
import { int, text } from "../../../support/zookeeper-bytes.ts";

const ONE_NAME = Buffer.concat([int(1), text("x")]);
const header = (xid: number, code = 0) => ({ xid, code, zxid: 0n });

function two() {
	const pending = new PendingRequests();
	const answers: [number, Answer<string[]>][] = [];
	for (const at of [1, 2]) pending.add(getChildren("/a"), (answer) => answers.push([at, answer]));
	return { pending, answers };
}

test("replies answer their requests in order, each once", () => {
	const { pending, answers } = two();
	pending.take(header(1), ONE_NAME, 0)();
	pending.take(header(2, -101), Buffer.alloc(0), 0)();
	pending.failAll();
	expect(answers).toEqual([
		[1, { code: 0, value: ["x"] }],
		[2, { code: -101 }],
	]);
});

test("a reply that is not due is refused, and every request is then answered as lost", () => {
	const { pending, answers } = two();
	expect(() => pending.take(header(2), ONE_NAME, 0)).toThrow("reply 2 where 1 was due");
	expect(() => pending.take(header(1), Buffer.from([0]), 0)).toThrow();
	pending.failAll();
	expect(answers).toEqual([
		[1, { code: -4 }],
		[2, { code: -4 }],
	]);
});
