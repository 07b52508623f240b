import { expect, test } from "bun:test";
import { checkLockPath, inOrder } from "../../../src/locks/names.ts";

test("a queue is ordered by what follows the last lock-, by code unit", () => {
	const names = ["locks", "_c_a-lock-0000000002", "_c_z-lock-0000000001", "leases", "0"];
	expect(inOrder(names)).toEqual(["0", "_c_z-lock-0000000001", "_c_a-lock-0000000002", "leases", "locks"]);
});

test.each(["", "/", "a", "/a//b", "/a/..", "/./a", "/a/", "/a\n", "/zookeeper/x"])(
	"%j is refused as a lock's path",
	(path) => {
		expect(() => checkLockPath(path)).toThrow(/cannot be part of a lock's path|is not a lock's path/);
	},
);

test("a path of plain parts is taken", () => {
	expect(checkLockPath("/SBOI/My component")).toBeUndefined();
});
