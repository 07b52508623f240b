import { describe, expect, test } from "bun:test";
import type { NodeView } from "../../src/locks/inspect-lock.ts";
import { ComponentScene } from "../support/component-scene.ts";
import { LockScene } from "../support/lock-scene.ts";
import { RIGHTS, Stranger } from "../support/stranger.ts";

const contender = (kind: "lock" | "lease") => `_c_${crypto.randomUUID()}-${kind}-`;
const { read, create, delete: remove, all } = RIGHTS;

/**
 * A shared ensemble: our lock /ours, and beside it a place that may not be listed, locks whose holder may not be read
 * in either layout, one with hidden leases, and nodes that are hard to read in other ways.
 */
async function sharedPlace() {
	const place = await LockScene.create();
	const session = await place.session();
	await session.makeDirectories("/dead/leases");
	const lock = await place.take("/ours");
	const stranger = new Stranger(place.chroot);
	await stranger.make("/secret");
	for (const path of ["/flat", "/v2", "/v2/leases", "/part"]) await stranger.make(path, { others: all });
	await stranger.make(`/flat/${contender("lock")}`, { ephemeral: true, data: "10.0.0.1" });
	await stranger.make(`/v2/leases/${contender("lease")}`, { ephemeral: true, data: "10.0.0.2" });
	await stranger.make("/part/leases");
	// Names and data that are hard to read, and no reason to hide anything.
	await stranger.make("/odd\u202e\u2028name", { others: all });
	await stranger.make(`/odd\u202e\u2028name/${contender("lock")}`, {
		ephemeral: true,
		others: read,
		data: "\u001b[2J\r\n{",
	});
	for (const name of ["/huge", "/nested", "/forged", "/binary"]) await stranger.make(name, { others: all });
	const forged = {
		host: "\u001b]0;h\u0007",
		pid: 1,
		user: "u\nv",
		command: "\u001b[31m",
		started: "",
		version: "",
		run: "",
	};
	for (const [name, data] of [
		["/huge", Buffer.alloc(1_000_000, "x")],
		["/nested", `{"a":${"[".repeat(500_000)}`],
		["/forged", JSON.stringify(forged)],
		["/binary", Buffer.from([0, 255, 254, 128])],
	] as const) {
		await stranger.make(`${name}/${contender("lock")}`, { ephemeral: true, others: read, data });
	}
	return {
		place,
		lock,
		session,
		stranger,
		[Symbol.asyncDispose]: async () => {
			await stranger[Symbol.asyncDispose]();
			await place[Symbol.asyncDispose]();
		},
	};
}

interface Listed {
	readonly locks: readonly { readonly path: string; readonly holders: readonly NodeView[] }[];
	readonly not_readable: readonly string[];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/;

test("ls: what can be read is shown, what cannot is named, and no node hides another", async () => {
	await using there = await sharedPlace();
	const { code, out, err } = await there.place.run("locks", "ls", "--json");
	expect({ code, err }).toEqual({ code: 0, err: "" });
	const { locks, not_readable } = JSON.parse(out) as Listed;
	expect(not_readable).toEqual(["/secret"]);
	const kinds = Object.fromEntries(locks.map(({ path, holders }) => [path, holders.map(({ kind }) => kind)]));
	expect(kinds).toEqual({
		"/binary": ["curator flat"],
		"/dead": [],
		"/flat": ["not readable"],
		"/forged": ["tangles"],
		"/huge": ["curator flat"],
		"/nested": ["curator flat"],
		"/odd\u202e\u2028name": ["curator flat"],
		"/ours": ["tangles"],
		"/part": ["not readable"],
		"/v2": ["not readable"],
	});
	// The server still says when it was made and by which session, so that `break` has a token.
	const flat = locks.find(({ path }) => path === "/flat")?.holders[0];
	expect(flat).toMatchObject({ holder: "not readable", since: expect.stringMatching(/Z$/) });
	expect(flat?.token).toMatch(/^\d+$/);
	const text = await there.place.run("locks", "ls");
	expect(text.code).toBe(0);
	expect(text.out).toMatch(/^\/secret +- +- +- +- +not readable$/m);
	expect(text.out).toMatch(/^\/part +not readable +- +- +0 +not readable$/m);
	expect(text.out).toContain("/odd\\u{202e}\\u{2028}name");
	expect(text.out.replaceAll("\n", "")).not.toMatch(CONTROL);
});

test("show: the queue, with a node or a layer that may not be read in its place", async () => {
	await using there = await sharedPlace();
	const flat = await there.place.run("locks", "show", "/flat");
	expect({ code: flat.code, out: flat.out }).toMatchObject({
		code: 0,
		out: expect.stringMatching(/^flat +1 +not readable/m),
	});
	const part = JSON.parse((await there.place.run("locks", "show", "/part", "--json")).out).nodes;
	expect(part).toEqual([
		{
			node: "/part/leases",
			layer: "lease",
			kind: "not readable",
			holder: "not readable",
			since: "-",
			token: "-",
			session: "-",
			place: 1,
			age_s: null,
		},
	]);
	expect((await there.place.run("locks", "show", "/part")).out).toMatch(
		/^lease +1 +not readable +- +- +- +- +not readable$/m,
	);
	expect((await there.place.run("locks", "show", "/forged")).out.replaceAll("\n", "")).not.toMatch(CONTROL);
	// Where nothing at all may be read, it is refused.
	const refused = await there.place.run("locks", "show", "/secret");
	expect({ code: refused.code, err: refused.err }).toMatchObject({
		code: 77,
		err: expect.stringContaining("refuses to list /secret"),
	});
});

describe("a lock whose holder may not be read is held", () => {
	for (const path of ["/flat", "/v2", "/part"]) {
		test(`exec and wait on ${path}: 75`, async () => {
			await using there = await sharedPlace();
			const waited = await there.place.run("locks", "wait", path, "--timeout", "50ms");
			expect({ code: waited.code, err: waited.err }).toMatchObject({
				code: 75,
				err: expect.stringMatching(/is held by somebody.*not readable/),
			});
			const ran = await there.place.run("locks", "exec", path, "--", "echo", "ran");
			if (path === "/part") {
				// Its leases may not even be listed, and nobody can take a lock that way.
				expect({ code: ran.code, out: ran.out, err: ran.err }).toMatchObject({
					code: 77,
					out: "",
					err: expect.stringContaining("/part/leases"),
				});
				return;
			}
			expect({ code: ran.code, out: ran.out, err: ran.err }).toMatchObject({
				code: 75,
				out: "",
				err: expect.stringMatching(/is held by somebody since .*not readable/),
			});
		});
	}

	test("exec --wait and wait go on as soon as it is released", async () => {
		await using place = await LockScene.create();
		const session = await place.session();
		await session.makeDirectories("/flat");
		await session.makeDirectories("/v2/leases");
		const stranger = new Stranger(place.chroot);
		await stranger.make(`/flat/${contender("lock")}`, { ephemeral: true });
		await stranger.make(`/v2/leases/${contender("lease")}`, { ephemeral: true });
		const runs = [
			place.start("locks", "exec", "/flat", "--wait", "2m", "--", "echo", "ran"),
			place.start("locks", "exec", "/v2", "--wait", "2m", "--", "echo", "ran"),
		];
		await place.untilContenders("/flat", 2);
		await place.untilContenders("/v2/leases", 2);
		const waits = ["/flat", "/v2"].map((path) => place.start("locks", "wait", path, "--timeout", "2m"));
		await stranger[Symbol.asyncDispose]();
		for (const run of runs) expect(await run.ended()).toMatchObject({ code: 0, out: "ran\n" });
		for (const wait of waits) expect(await wait.ended()).toMatchObject({ code: 0 });
	});
});

test("watch: what may not be listed is told once, and hides no change of the others", async () => {
	await using there = await sharedPlace();
	const watch = there.place.start("locks", "watch", "--json");
	expect(JSON.parse(await watch.line("not-readable"))).toMatchObject({ event: "not-readable", path: "/secret" });
	expect(JSON.parse(await watch.line('"/flat"'))).toMatchObject({ event: "held", holder: { kind: "not readable" } });
	await there.lock.release();
	await watch.line('"released"');
	// Its directory changes again and again; of the hidden place nothing more is said.
	await there.session.makeDirectories("/another");
	await there.place.take("/another");
	await watch.line('"acquired"');
	watch.kill("SIGINT");
	const { code, out } = await watch.ended();
	expect({ code, told: out.match(/not-readable/g)?.length }).toEqual({ code: 130, told: 2 });
});

test("below a root that may not be listed: ls and watch of a path work, without one it is 77", async () => {
	const bare = await LockScene.create();
	await using _ = bare;
	await (await bare.session()).makeDirectories("/");
	await using stranger = new Stranger(bare.chroot);
	await stranger.make("/top", { others: create });
	await stranger.make("/top/team", { others: all });
	await using place = await LockScene.create({ chroot: `${bare.chroot}/top` });
	const lock = await place.take("/team/x");
	for (const [verb, ...rest] of [["ls"], ["prune", "--dry-run"], ["watch"]]) {
		const refused = await place.run("locks", verb ?? "", ...rest);
		expect({ verb, code: refused.code, err: refused.err }).toMatchObject({
			verb,
			code: 77,
			err: expect.stringContaining("refuses to list /"),
		});
	}
	expect((await place.run("locks", "ls", "/team")).out).toContain("/team/x");
	const watch = place.start("locks", "watch", "/team", "--json");
	expect(JSON.parse(await watch.line("held"))).toMatchObject({ path: "/team/x" });
	await lock.release();
	await watch.line('"released"');
	watch.kill("SIGINT");
	expect((await watch.ended()).code).toBe(130);
	// doctor tells the one thing that it may not see, and all the rest.
	const { code, out } = await place.run("doctor");
	expect(code).toBe(1);
	expect(out).toMatch(/round trip/);
	expect(out).toMatch(/session time-out/);
	expect(out).toMatch(/fail.*locks: .*refuses to list/s);
});

test("prune: empty directories go, those that may not be deleted are named, 1; all of them, 77", async () => {
	await using there = await sharedPlace();
	const { place, stranger } = there;
	const dry = await place.run("locks", "prune", "--dry-run");
	expect({ code: dry.code, out: dry.out }).toEqual({ code: 0, out: "/dead/leases\n/dead\n" });
	expect(dry.err).toContain("/secret is not readable; nothing at or below it is touched");
	expect((await place.run("locks", "prune", "--dry-run", "-q")).err).toBe("");
	await stranger.make("/kept", { others: read });
	await stranger.make("/kept/leases", { others: read });
	const some = await place.run("locks", "prune", "--yes", "--json");
	expect(some.code).toBe(1);
	expect(JSON.parse(some.out)).toEqual({
		...{ root: "/", dry_run: false, removed: ["/dead/leases", "/dead"] },
		...{ not_readable: ["/secret"], refused: ["/kept/leases"] },
	});
	expect(some.err).toContain("/kept/leases is empty, but this login has no right to delete it");
	expect((await place.run("locks", "prune", "--yes")).code).toBe(77);
	await stranger.make("/mine", { others: read | remove });
	await stranger.make("/mine/locks", { others: read });
	expect((await place.run("locks", "prune", "--yes")).out).toBe("/mine/locks\n/mine\n");
});

test("status and doctor count and name what may not be read", async () => {
	await using there = await sharedPlace();
	const status = await there.place.run("status");
	expect({ code: status.code, err: status.err }).toEqual({ code: 0, err: "" });
	expect(status.out).toMatch(/2 tangles, 4 curator flat, 4 not readable, 1 free/);
	const doctor = await there.place.run("doctor");
	expect(doctor.out).toMatch(/warn.*not readable: \/flat, \/part, \/v2, \/secret/s);
	expect(doctor.out).toContain("10 locks");
	expect(doctor.code).toBe(0);
});

test("a component beside hidden nodes: its dry run and its run are as ever", async () => {
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	await (await scene.locks.session()).makeDirectories("/");
	await using stranger = new Stranger(scene.locks.chroot);
	await stranger.make("/secret");
	expect((await scene.command(["component", "Sample", "--dry-run", "--", "true"]).ended()).code).toBe(0);
	expect((await scene.run("true")).code).toBe(0);
	expect(await scene.outcomes(id)).toEqual([true]);
});
