import { expect, test } from "bun:test";
import { LockScene } from "../support/lock-scene.ts";

interface Ping {
	readonly path: string;
	readonly rid: string | null;
	readonly body: string;
}

/** A check that keeps what it is told, and answers by `answer`. */
function startCheck(answer: (ping: Ping) => Response | Promise<Response> = () => new Response("OK")) {
	const pings: Ping[] = [];
	const server = Bun.serve({
		hostname: "127.0.0.1",
		port: 0,
		idleTimeout: 60,
		fetch: async (request) => {
			const { pathname, searchParams } = new URL(request.url);
			const ping = { path: pathname, rid: searchParams.get("rid"), body: await request.text() };
			pings.push(ping);
			return await answer(ping);
		},
	});
	return { pings, url: `http://127.0.0.1:${server.port}/secret-key`, [Symbol.asyncDispose]: () => server.stop(true) };
}

test("start, then the code with the end of the log, by one id; the flag, the variable and the config alike", async () => {
	await using scene = await LockScene.create();
	await using check = startCheck();
	const runs = [
		await scene.run("locks", "exec", "/x", "--ping", check.url, "--", "true"),
		await scene.run("locks", "exec", "/x", "--ping", `${check.url}/`, "-v", "--", "sh", "-c", "exit 7"),
		await scene.run("locks", "exec", "/x", "--ping", check.url, "--", "no-such-program"),
	];
	expect(runs.map(({ code }) => code)).toEqual([0, 7, 64]);
	const paths = check.pings.map(({ path }) => path.replace("/secret-key", ""));
	expect(paths).toEqual(["/start", "/0", "/start", "/7", "/start", "/64"]);
	for (const at of [0, 2, 4]) expect(check.pings[at]?.rid).toBe(check.pings[at + 1]?.rid ?? "");
	expect(new Set(check.pings.map(({ rid }) => rid)).size).toBe(3);
	expect(check.pings[5]?.body).toContain("no-such-program");
	for (const { body } of check.pings) expect(body).not.toContain("secret-key");
});

test("SIGTERM: the last ping still goes, with 143", async () => {
	await using scene = await LockScene.create();
	await using check = startCheck();
	const run = scene.start("locks", "exec", "/x", "--ping", check.url, "--", "sh", "-c", "echo up; exec sleep 60");
	await run.line("up");
	run.kill("SIGTERM");
	const { code } = await run.ended();
	expect(check.pings.map(({ path }) => path)).toEqual(["/secret-key/start", `/secret-key/${code}`]);
	expect(code).toBe(143);
});

test("a check that refuses, redirects, fails or has no good certificate: a warning, and the run as without it", async () => {
	await using scene = await LockScene.create();
	await using elsewhere = startCheck();
	await using redirects = startCheck(() => Response.redirect(elsewhere.url));
	await using fails = startCheck(() => new Response("", { status: 503 }));
	await using plain = startCheck();
	const urls = [
		["http://127.0.0.1:1/k", "was not delivered"],
		[redirects.url, "it answered 302"],
		[fails.url, "it answered 503"],
		// No TLS is spoken there.
		[plain.url.replace("http:", "https:"), "was not delivered"],
	] as const;
	for (const [url, says] of urls) {
		const { code, out, err } = await scene.run(
			"locks",
			"exec",
			"/x",
			"--ping",
			url,
			"--",
			"sh",
			"-c",
			"echo out; exit 3",
		);
		expect({ url, code, out }).toEqual({ url, code: 3, out: "out\n" });
		expect(err).toContain(says);
		expect(err).not.toContain("secret-key");
	}
	expect(elsewhere.pings).toEqual([]);
});

test("a check that hangs: the work is not held, and the process ends within the bound", async () => {
	await using scene = await LockScene.create();
	await using check = startCheck(() => new Promise<Response>(() => {}));
	const run = scene.start("locks", "exec", "/x", "--ping", check.url, "--", "sh", "-c", "echo out; exit 3");
	await run.line("out");
	// The lock is free again while the last ping hangs.
	expect((await scene.run("locks", "exec", "/x", "--wait", "4s", "--", "true")).code).toBe(0);
	const { code, err } = await run.ended();
	expect(code).toBe(3);
	expect(err).toContain("the ping /3 was not delivered: no answer");
});

test("--jitter: SIGTERM ends the wait at once, and nothing was taken; a URL that is none is refused without it", async () => {
	await using scene = await LockScene.create();
	await using check = startCheck();
	const run = scene.start("produce", "--jitter", "20h", "--ping", check.url);
	await run.talk("waiting at first");
	run.kill("SIGTERM");
	expect(await run.ended()).toMatchObject({ code: 143 });
	expect(check.pings).toEqual([]);
	const { code, err } = await scene.run("produce", "--ping", "ftp://secret-key@h");
	expect({ code, shown: err.includes("secret-key") }).toEqual({ code: 64, shown: false });
});
