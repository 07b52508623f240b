import { expect, test } from "bun:test";
import { InMemoryEnsemble } from "../../../src/locks/in-memory.ts";
import { settle } from "../../support/lock-memory.ts";
import { describeSession } from "../../support/session-contract.ts";

describeSession("a session in memory", async (count) => {
	const ensemble = new InMemoryEnsemble();
	return Array.from({ length: count }, () => ensemble.open());
});

// What only this adapter can be made to do.

test("a suspended session keeps what it is asked, and sends it in order once it is connected again", async () => {
	const ensemble = new InMemoryEnsemble();
	const session = ensemble.open();
	const states: string[] = [];
	session.onValidity(() => states.push(session.state));
	session.suspend();
	const asked = Promise.all([session.makeDirectory("/a"), session.createOwn("/a", "x-", ""), session.children("/a")]);
	await settle();
	expect([ensemble.tree.paths(), session.validity().freezeAt <= performance.now()]).toEqual([[], true]);
	session.resume();
	expect((await asked).slice(1)).toEqual(["x-0000000000", ["x-0000000000"]]);
	expect(states).toEqual(["suspended", "connected"]);
});

test("a session that expires while it is suspended rejects what it kept, and its nodes are gone", async () => {
	const ensemble = new InMemoryEnsemble();
	const session = ensemble.open();
	await session.makeDirectories("/a");
	await session.createOwn("/a", "x-", "");
	session.suspend();
	const asked = session.remove("/a");
	session.expire();
	await expect(asked).rejects.toThrow("the session has expired");
	session.resume();
	expect([session.state, ensemble.tree.paths()]).toEqual(["lost", ["/a"]]);
});
