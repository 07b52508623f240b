import { expect, test } from "bun:test";
import { introductionBytes, readWelcome, setWatches } from "../../../../src/servers/zookeeper/handshake.ts";
import { requestBytes } from "../../../../src/servers/zookeeper/request.ts";
import { int, text } from "../../../support/zookeeper-bytes.ts";

const PASSWORD = Buffer.alloc(16, 5);

test("watches are set anew with the last transaction that is known", () => {
	const bytes = requestBytes(-8, setWatches(2n ** 40n, ["/a"], ["/b"]));
	expect(bytes.readBigInt64BE(12)).toBe(2n ** 40n);
	expect(bytes.subarray(20)).toEqual(Buffer.concat([int(1), text("/a"), int(0), int(1), text("/b")]));
});

test("the introduction has the session to go on with, and the welcome the one that is granted", () => {
	const bytes = introductionBytes({ zxid: 3n, timeoutMs: 6000, id: 4n, password: PASSWORD });
	const body = [int(0), int(0), int(3), int(6000), int(0), int(4), int(16), PASSWORD];
	expect(bytes).toEqual(Buffer.concat([int(44), ...body]));
	const welcome = Buffer.concat([int(0), int(4000), int(0), int(4), int(16), PASSWORD]);
	expect(readWelcome(welcome)).toEqual({ timeoutMs: 4000, id: 4n, password: PASSWORD });
	expect(() => readWelcome(welcome.subarray(0, 30))).toThrow();
});
