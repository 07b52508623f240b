import { expect, test } from "bun:test";
import { setTimeout } from "node:timers/promises";
import { DeliveryScene } from "../support/delivery-scene.ts";

/** Batches with one round trip, with two, and with three whose first is approved: 200 folders. */
const [SINGLE, DOUBLE, APPROVED] = [60, 40, 20];
const KILLS = 10;

test("200 folders, two hosts' crons at once, killed ten times: each batch once, one event each", async () => {
	await using scene = await DeliveryScene.create({ sessionTimeout: "1500ms" });
	const then: Record<string, string> = {};
	for (let at = 0; at < SINGLE; at += 1) then[`B1${at}-RT1`] = "Data_Received+";
	for (let at = 0; at < DOUBLE; at += 1) {
		then[`B2${at}-RT1`] = "Data_Received+ Manually_stopped+";
		then[`B2${at}-RT2`] = "Data_Received+";
	}
	const approved: string[] = [];
	for (let at = 0; at < APPROVED; at += 1) {
		approved.push(`B3${at}-RT1`);
		for (const roundTrip of [2, 3, 4]) then[`B3${at}-RT${roundTrip}`] = "Data_Received+ Manually_stopped+";
	}
	expect(Object.keys(then).length).toBe(200);
	for (const id of approved) {
		await scene.site.command(["batches", "add", id, "--type", "paper"]).ended();
		await scene.site.command(["batches", "event", id, "Roundtrip_Approved", "--success"]).ended();
		then[id] = "Roundtrip_Approved+";
	}
	await Promise.all(Object.keys(then).map((name) => (approved.includes(name) ? undefined : scene.deliver(name))));

	const flags = ["-q", "--settle", "0s", "--wait", "60s"];
	let stored = approved.length;
	let midWork = 0;
	for (let kill = 1; kill <= KILLS; kill += 1) {
		const hosts = await Promise.all(["one", "two"].map((host) => scene.start(host, ...flags)));
		// Killed as they write, after some more batches: not as they wait for the lock of those that were killed before.
		const target = Math.min(stored + 1 + Math.floor(Math.random() * 20), approved.length + 199);
		while ((await scene.site.batches.countDocuments()) < target) await setTimeout(2);
		for (const host of hosts) host.kill("SIGKILL");
		await Promise.all(hosts.map((host) => host.ended()));
		stored = await scene.site.batches.countDocuments();
		if (stored < approved.length + 200) midWork += 1;
	}
	const last = await Promise.all(["one", "two"].map((host) => scene.start(host, ...flags)));
	const ended = await Promise.all(last.map((host) => host.ended()));
	expect(ended).toEqual([
		{ code: 0, out: "", err: expect.any(String) as never },
		{ code: 0, out: "", err: expect.any(String) as never },
	]);
	expect(await scene.batches()).toEqual(then);
	// Else the kills came too late to prove anything.
	expect(midWork).toBeGreaterThan(KILLS / 2);
	const { code, out, err } = await scene.run("-q");
	expect({ code, out, err }).toEqual({ code: 0, out: "", err: "" });
});
