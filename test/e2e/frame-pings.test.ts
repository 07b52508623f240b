import { describe, expect, test } from "bun:test";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COMMANDS } from "../support/commands.ts";
import { ComponentScene } from "../support/component-scene.ts";
import { LockScene } from "../support/lock-scene.ts";
import { Run } from "../support/tangles.ts";

interface Ping {
	readonly path: string;
	readonly rid: string | null;
	readonly body: string;
	/** Of a request that came through a proxy, the host of its whole address; else the check's own. */
	readonly host: string;
}

/** A check that keeps what it is told, and answers by `answer`. */
function startCheck(answer: (ping: Ping) => Response | Promise<Response> = () => new Response("OK")) {
	const pings: Ping[] = [];
	const server = Bun.serve({
		hostname: "127.0.0.1",
		port: 0,
		idleTimeout: 60,
		fetch: async (request) => {
			const { pathname, searchParams, host } = new URL(request.url);
			const ping = { path: pathname, rid: searchParams.get("rid"), body: await request.text(), host };
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

describe("behind a proxy", () => {
	const LOGIN = "http://user:hun%40ter2@";
	const run = async (scene: LockScene, env: Readonly<Record<string, string>>, url: string) => {
		const words = ["env", ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
		const script = "echo u:hun%40ter2 hun@ter2 >&2; exit 3";
		const { code, out, err } = await scene
			.startBehind(words, "locks", "exec", "/x", "-v", "--ping", url, "--", "sh", "-c", script)
			.ended();
		expect({ env, code, out }).toEqual({ env, code: 3, out: "" });
		// Its child's own line goes straight to stderr.
		return err.replace("u:hun%40ter2 hun@ter2\n", "");
	};

	test("HTTP_PROXY is followed, NO_PROXY too; its password is nowhere", async () => {
		await using scene = await LockScene.create();
		await using check = startCheck();
		await using proxy = startCheck();
		const via = proxy.url.replace("http://", LOGIN);
		expect(await run(scene, { HTTP_PROXY: via }, "http://check.invalid/secret-key")).not.toMatch(/hun|warn/);
		expect(proxy.pings.map(({ host, path }) => [host, path])).toEqual([
			["check.invalid", "/secret-key/start"],
			["check.invalid", "/secret-key/3"],
		]);
		for (const no of ["127.0.0.1", "*", "check.invalid,127.0.0.1"]) {
			expect(await run(scene, { http_proxy: via, NO_PROXY: no }, check.url)).not.toMatch(/hun|warn/);
			expect(check.pings.splice(0)).toHaveLength(2);
		}
		expect(proxy.pings).toHaveLength(2);
		for (const { body } of proxy.pings) expect(body).not.toMatch(/hun/);
	});

	test("an address that NO_PROXY exempts is asked itself: the warning says that it may be so", async () => {
		await using scene = await LockScene.create();
		await using proxy = startCheck();
		const env = { http_proxy: proxy.url.replace("http://", LOGIN), NO_PROXY: "127.0.0.1" };
		const err = await run(scene, env, "http://127.0.0.1:1/secret-key");
		expect(err).toMatch(/ECONNREFUSED; http_proxy sends it through 127\.0\.0\.1:\d+, unless NO_PROXY exempts it host=/);
		expect(proxy.pings).toEqual([]);
	});

	test("one that refuses, asks for another login, or is none: the warning names it, and the run is as without it", async () => {
		await using scene = await LockScene.create();
		await using refuses = startCheck(() => new Response("", { status: 407 }));
		const named = refuses.url.replace("http://", LOGIN);
		for (const [variable, value, url, says] of [
			[
				"http_proxy",
				`${LOGIN}127.0.0.1:1`,
				"http://h.invalid/secret-key",
				"; http_proxy sends it through 127.0.0.1:1 host=",
			],
			["HTTP_PROXY", named, "http://h.invalid/secret-key", "it answered 407; HTTP_PROXY sends it through 127.0.0.1"],
			["https_proxy", named, "https://h.invalid/secret-key", "https_proxy sends it through 127.0.0.1"],
			[
				"HTTPS_PROXY",
				"socks5://u:hunter2@127.0.0.1:1",
				"https://h.invalid/secret-key",
				"HTTPS_PROXY sends it through 127.0.0.1:1",
			],
			[
				"HTTP_PROXY",
				"hunter2",
				"http://h.invalid/secret-key",
				"HTTP_PROXY sends it through something that is no address",
			],
		] as const) {
			const err = await run(scene, { [variable]: value }, url);
			expect(err).toContain("the ping /start was not delivered: ");
			expect(err).toContain(says);
			expect(err).toContain("host=h.invalid");
			expect(err).not.toMatch(/hun|secret-key/);
		}
	});
});

test("what a check is told has no secret of the config, as the log writes it in each format, and none in part", async () => {
	await using scene = await ComponentScene.create();
	await using check = startCheck();
	const config = JSON.parse(await readFile(scene.env.TANGLES_CONFIG ?? "", "utf8"));
	const secrets = { faktory: 'fak"tory\\\u202e', zookeeper: "zoo keeper" };
	config["faktory-connection-info"] = { domain: "127.0.0.1", password: secrets.faktory };
	config["zookeeper-connection-info"]["auth-file"] = "login";
	await writeFile(join(scene.folder, "login"), `user:${secrets.zookeeper}\n`, { mode: 0o600 });
	await writeFile(scene.env.TANGLES_CONFIG ?? "", JSON.stringify(config));
	await writeFile(
		join(scene.folder, "said"),
		`${Object.values(secrets).join("\n")}\n${"x".repeat(8185)}${secrets.zookeeper}`,
	);
	for (const [at, format] of ["auto", "text", "json"].entries()) {
		await scene.archived(1, 1 + at);
		const flags = ["--ping", check.url, `--log-format=${format}`];
		const { code, err } = await scene.run('cat "$0/said" >&2', ...flags);
		expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining("zoo keeper") });
		const [, { path, body } = { path: "", body: "" }] = check.pings.splice(0);
		expect(path).toBe("/secret-key/0");
		expect(body).toMatch(/xx\*\*\*…/);
		expect(body).not.toMatch(/fak|tory|zoo k|keeper"|202e/);
	}
});

/** Words for each verb with `--jitter`, by which it goes on to the first server: nothing listens on its port. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
	produce: ["--no-lock"],
	recover: ["--no-lock"],
	work: ["--concurrency", "1"],
	component: ["Sample", "--module", "builtin:sample"],
	"batches receive": [tmpdir(), "--no-lock"],
};
const NOWHERE = `
db-connection-info: { domain: 127.0.0.1, port: 1, database: d }
faktory-connection-info: { domain: 127.0.0.1, port: 1 }
zookeeper-connection-info: { connect: "127.0.0.1:1", session-timeout: 2s }
producer: { patience: 50ms }
components: { Sample: { past: [A], future: [B], event: B } }
`;

for (const { about, args } of COMMANDS.filter((each) => "jitter" in each.args)) {
	test(`${about.name}: a fault in the config is told before --jitter waits; then it waits, and begins after it`, async () => {
		await using check = startCheck();
		const ping = "ping" in args ? ["--ping", check.url] : [];
		const told = () => check.pings.splice(0).map(({ path }) => path.replace("/secret-key", ""));
		const folder = await mkdtemp(join(tmpdir(), "tangles-jitter-"));
		try {
			const [sound, broken] = [join(folder, "sound.yaml"), join(folder, "broken.yaml")];
			await writeFile(sound, NOWHERE);
			await writeFile(broken, `${NOWHERE}tangle-collections: { page_size: 0 }\n`);
			const start = (config: string, jitter: string, words = WORDS[about.name] ?? []) =>
				new Run([...about.name.split(" "), ...words, "-c", config, "--jitter", jitter, ...ping], {}, folder);
			const faulty = await start(broken, "20h").ended();
			expect(faulty).toMatchObject({ code: 78, err: expect.stringContaining("page_size") });
			expect(told()).toEqual(ping.length === 0 ? [] : ["/start", "/78"]);
			const stopped = start(sound, "20h");
			await stopped.talk("waiting at first");
			stopped.kill("SIGTERM");
			expect(await stopped.ended()).toMatchObject({ code: 143 });
			expect(told()).toEqual([]);
			const { code, err } = await start(sound, "1ms").ended();
			expect({ code, err }).toMatchObject({
				code: 69,
				err: expect.stringMatching(/waiting at first.*127\.0\.0\.1:1/s),
			});
			expect(told()).toEqual(ping.length === 0 ? [] : ["/start", "/69"]);
		} finally {
			await rm(folder, { recursive: true });
		}
	});
}

test("all that needs no server is told before --jitter waits: a component without a name, an event named twice", async () => {
	const folder = await mkdtemp(join(tmpdir(), "tangles-jitter-"));
	try {
		await writeFile(join(folder, "tangles.yaml"), NOWHERE);
		const faults = [
			[["component", "Smaple"], 78, "no component Smaple"],
			[["batches", "receive", ".", "--event", "A", "--stop-event", "A", "--no-lock"], 64, "A"],
		] as const;
		for (const [words, code, says] of faults) {
			const { err, ...ended } = await new Run([...words, "--jitter", "20h"], {}, folder).ended();
			expect({ ...ended, err }).toMatchObject({ code, err: expect.stringContaining(says) });
			expect(err).not.toContain("waiting at first");
		}
	} finally {
		await rm(folder, { recursive: true });
	}
});

test("a URL that is none is refused without showing it", async () => {
	await using scene = await LockScene.create();
	const { code, err } = await scene.run("produce", "--ping", "ftp://secret-key@h");
	expect({ code, shown: err.includes("secret-key") }).toEqual({ code: 64, shown: false });
});
