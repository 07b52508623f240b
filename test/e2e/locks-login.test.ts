import { expect, test } from "bun:test";
import { LockScene } from "../support/lock-scene.ts";
import { securedBy } from "../support/zookeeper-acl.ts";

test("the right login works, a wrong one and none are refused with 77 and the hint", async () => {
	const chroot = await securedBy("us:right-secret");
	await using right = await LockScene.create({ chroot, login: "us:right-secret\n" });
	expect(await right.run("locks", "exec", "/x", "--", "echo", "worked")).toMatchObject({ code: 0, out: "worked\n" });
	for (const login of [{ login: "us:wrong-secret" }, {}]) {
		await using wrong = await LockScene.create({ chroot, ...login });
		const { code, out, err } = await wrong.run("locks", "exec", "/x", "--", "echo", "worked");
		expect({ code, out }).toEqual({ code: 77, out: "" });
		expect(err).toContain("the login has no right to");
		expect(err).toContain("check zookeeper-connection-info.auth-file");
		expect(err).not.toContain("secret");
	}
});

test("another user sees our nodes, and cannot delete them", async () => {
	await using ours = await LockScene.create({ login: "us:right-secret" });
	const holder = await ours.ticking("/x");
	const session = await ours.session();
	const { nodes } = JSON.parse((await ours.run("locks", "show", "/x", "--json")).out);
	for (const { node } of nodes) await expect(session.remove(node)).rejects.toThrow("refuses to delete");
	await using other = await LockScene.create({ chroot: ours.chroot, login: "they:another" });
	const broken = await other.run("locks", "break", "/x", "--token", nodes[1].token, "--yes");
	expect(broken.code).toBe(77);
	holder.kill("SIGTERM");
	expect((await holder.ended()).code).toBe(143);
	expect(await session.children("/x")).toBeUndefined();
});
