import { expect, test } from "bun:test";
import { closeSync, fstatSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { thisHolder } from "../../src/commands/shared/lock-holder.ts";
import { appended } from "../../src/line/batches/events.ts";
import { acquire } from "../../src/locks/acquire.ts";
import { COMMANDS } from "../support/commands.ts";
import { ComponentScene } from "../support/component-scene.ts";
import { LockScene } from "../support/lock-scene.ts";
import { checkTextLogLines, jsonLogLines } from "../support/log-lines.ts";
import { BINARY, Run, tangles } from "../support/tangles.ts";

test("every verb, refused: each line is JSON with the run's id and the verb", async () => {
	const env = { TANGLES_LOG_FORMAT: "json", TANGLES_CONFIG: "/no/such/file.yaml", TANGLES_VERBOSE: "true" };
	for (const { about } of COMMANDS) {
		const { code, err } = await tangles([...about.name.split(" "), "--no-such-flag"], env);
		expect({ verb: about.name, code }).toEqual({ verb: about.name, code: 64 });
		for (const { verb } of jsonLogLines(err)) expect(verb).toBe(about.name);
	}
});

test("a component with a child that talks: batch and component on its lines, in text the same keys", async () => {
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	const json = jsonLogLines((await scene.run("echo working; exit 3", "-v", "--log-format=json")).err);
	const child = json.find(({ message }) => message === "working");
	expect(child).toMatchObject({ level: "info", verb: "component", component: "Sample", batch: id });
	const failed = json.find(({ level }) => level === "error");
	expect(failed).toMatchObject({ batch: id, component: "Sample" });
	await scene.archived(1, 10);
	const text = (await scene.run("echo working; exit 3", "-v", "--log-format=text")).err.trim().split("\n");
	const line = text.find((each) => each.includes(" info working ")) ?? "";
	const keys = [...line.matchAll(/ (\w+)=/g)].map(([, key = ""]) => key);
	expect([...keys, "time", "level", "message"].toSorted()).toEqual(Object.keys(child ?? {}).toSorted());
	for (const each of text) expect(each).toMatch(/ run=[0-9a-f-]{36} verb=component/);
});

test("tangles is killed while its work runs: the supervisor's line has the form and the keys of the others", async () => {
	const killed = async (format: string) => {
		await using scene = await ComponentScene.create();
		const [id = ""] = await scene.archived(1);
		const words = ["component", "Sample", `--log-format=${format}`, "--", "sh", "-c", "echo up; exec sleep 100"];
		const run = new Run(words, scene.env, scene.folder);
		await run.talk("up");
		run.kill("SIGKILL");
		return { id, err: (await run.ended()).err };
	};
	const json = await killed("json");
	const lines = jsonLogLines(json.err);
	expect(lines.length).toBeGreaterThan(1);
	const about = { level: "error", verb: "component", component: "Sample", batch: json.id };
	expect(lines.at(-1)).toMatchObject({ ...about, message: expect.stringContaining("tangles ended before its work") });
	const text = await killed("text");
	const keys = `batch=${text.id} run=[0-9a-f-]{36} verb=component component=Sample`;
	const line = new RegExp(`^\\d{4}-\\S+Z error tangles ended before its work did: .*recorded ${keys}$`);
	expect(text.err.trim().split("\n").at(-1)).toMatch(line);
	await using locks = await LockScene.create();
	const underJournal = ["sh", "-c", 'JOURNAL_STREAM=$(stat -L -c %d:%i /dev/fd/2) exec "$@"', "sh"];
	const exec = ["locks", "exec", "/x", "--", "sh", "-c", "echo up; exec sleep 100"];
	const run = locks.startBehind(underJournal, ...exec);
	await run.line("up");
	run.kill("SIGKILL");
	expect((await run.ended()).err).toBe(
		"<3>error tangles ended before its work did: the work is killed, nothing is recorded\n",
	);
});

test("text of others with line ends, control characters and bytes that are no UTF-8: one line stays one line", async () => {
	const hostile = "a\nb\r\nc\u2028d\u2029e\u0085f\u001b[2Jg\u0000h\u202ei";
	// No argument has such a byte.
	const word = hostile.replace("\0", "");
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	const failed = { type: "Data_Received", success: false, time: new Date(), agent: hostile, details: hostile };
	await scene.store.store(appended(await scene.batch(id), failed));
	const document = await scene.batches.findOne({ _id: id });
	await scene.batches.insertOne({ ...document, _id: `B1${hostile}`, type: [hostile] });
	await writeFile(
		join(scene.folder, "said"),
		Buffer.concat([Buffer.from(hostile), Buffer.from([0xff, 0xe2, 0x82, 10])]),
	);
	const holder = JSON.stringify({ ...JSON.parse(thisHolder(hostile, "0", "both")), host: hostile, user: hostile });
	const taking = { layout: "both", waitMs: 0, data: holder, signal: new AbortController().signal } as const;
	const session = await scene.locks.session();
	for (const format of ["json", "text", "auto"]) {
		const log = { TANGLES_LOG_FORMAT: format, TANGLES_VERBOSE: "true" };
		const held = await acquire(session, "/SBOI/Sample", taking);
		const runs = [await scene.command(["component", "Sample", "--wait", "0s", "--", "true"], log).ended()];
		await held.release();
		const script = 'cat "$0/said"; cat "$0/said" >&2; exit 3';
		runs.push(await scene.command(["component", "Sample", "--", "sh", "-c", script, scene.folder], log).ended());
		runs.push(await scene.command(["batches", "ls"], log).ended());
		runs.push(await scene.command(["batches", "show", word], log).ended());
		runs.push(await scene.command(["batches", "event", id, word, "--success"], log).ended());
		expect(runs.map(({ code }) => code)).toEqual([75, 65, 65, 64, 64]);
		for (const [at, { err }] of runs.entries()) {
			expect(err.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
			if (format === "json") jsonLogLines(err);
			else if (format === "text")
				checkTextLogLines(err, ["component", "component", "batches ls", "batches show", "batches event"][at] ?? "");
			else
				for (const line of err.trimEnd().split("\n"))
					expect(line).toMatch(/^\d{4}-\d\d-\d\dT\S+Z (debug|info|warn|error) /);
		}
	}
});

test("the variable of a flag: taken, beaten by the flag, wrong; and not seen by a child", async () => {
	await using scene = await ComponentScene.create();
	await scene.archived(1);
	const env = { TANGLES_COMPONENT_DRY_RUN: "true", TANGLES_COMPONENT_WIAT: "1s" };
	const dry = await scene.command(["component", "Sample", "--", "true"], env).ended();
	expect(dry.code).toBe(0);
	expect(dry.err).toContain("unknown variable variable=TANGLES_COMPONENT_WIAT meant=TANGLES_COMPONENT_WAIT");
	expect(dry.out).not.toContain("Worked on");
	const wrong = await scene.command(["component", "Sample"], { TANGLES_COMPONENT_WAIT: "soon" }).ended();
	expect(wrong).toMatchObject({
		code: 78,
		err: expect.stringContaining('environment TANGLES_COMPONENT_WAIT: is "soon"'),
	});
	const own = { TANGLES_COMPONENT_WAIT: "1s", TANGLES_LOG_FORMAT: "json", TANGLES_PRODUCE_WAIT: "2s" };
	const child = await scene
		.command(["component", "Sample", "--", "sh", "-c", "env | grep ^TANGLES_; true"], own)
		.ended();
	expect(child.code).toBe(0);
	expect(child.err).toContain("TANGLES_PRODUCE_WAIT=2s");
	expect(child.err).not.toMatch(/TANGLES_COMPONENT_WAIT|TANGLES_LOG_FORMAT/);
});

test("a stderr that JOURNAL_STREAM names: the priority and no time; one that it does not name: as ever", async () => {
	const folder = await mkdtemp(join(tmpdir(), "tangles-journal-"));
	try {
		const logged = async (journalStream: (own: string) => string) => {
			const path = join(folder, "stderr");
			const file = openSync(path, "w");
			const { dev, ino } = fstatSync(file);
			const env = { JOURNAL_STREAM: journalStream(`${dev}:${ino}`) };
			const child = Bun.spawn([BINARY, "nonsense"], { env, stdout: "ignore", stderr: file });
			expect(await child.exited).toBe(64);
			closeSync(file);
			return (await readFile(path, "utf8")).split("\n");
		};
		expect((await logged((own) => own))[0]).toBe('<3>error unknown command "nonsense"');
		expect((await logged((own) => `${own}1`))[0]).toMatch(/^\d{4}-\S+Z error unknown command "nonsense"$/);
	} finally {
		await rm(folder, { recursive: true });
	}
});
