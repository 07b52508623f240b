import { expect, test } from "bun:test";
import { Fault } from "../../../../src/base/fault.ts";
import { tryLock } from "../../../../src/line/component/try-lock.ts";

const REFUSED = new Fault("refused", "may not create a node");
const fails = (error: unknown) => () => Promise.reject(error);

test("locked: who holds it; another Fault: trouble of this lock alone", async () => {
	expect(await tryLock(fails(new Fault("locked", "/A/B is held by h:1")), () => false)).toEqual({
		heldBy: "/A/B is held by h:1",
	});
	expect(await tryLock(fails(REFUSED), () => false)).toEqual({ trouble: REFUSED });
});

test("what ends the session or the run, and what is no Fault, is thrown", async () => {
	await expect(tryLock(fails(REFUSED), () => true)).rejects.toBe(REFUSED);
	await expect(tryLock(fails(new TypeError("a bug")), () => false)).rejects.toThrow(TypeError);
});
