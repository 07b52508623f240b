import { beforeAll, expect, test } from "bun:test";
import { access, constants, copyFile, mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { BLOCKS, blocksIn, blockWith, commandsIn, replaced } from "../support/readme.ts";
import { Reader } from "../support/readme-host.ts";
import { bringShells } from "../support/shells.ts";
import { BINARY, Running } from "../support/tangles.ts";

beforeAll(bringShells);

const ROOT = join(import.meta.dir, "../..");

/** Each has a test below; `text` is what a command prints. */
const LANGUAGES = ["sh", "bash", "zsh", "fish", "crontab", "ini", "nginx", "yaml", "json", "text"];

test("every block of the README says what it is", () => {
	expect(BLOCKS.filter(({ language }) => !LANGUAGES.includes(language))).toEqual([]);
	const known = ["./scripts/", "sha256sum", "tangles plan", "tangles batches add", "tangles locks ls"];
	expect(blocksIn("sh").filter(({ text }) => !known.some((start) => text.startsWith(start)))).toEqual([]);
});

test("what is run from the clone is there; it brings up servers of its own, so that no test runs it", async () => {
	for (const line of commandsIn(blockWith("sh", "./scripts/"))) await access(join(ROOT, line), constants.X_OK);
});

test("install: the sums are checked, the program is put in place, and doctor runs", async () => {
	await using reader = await Reader.create();
	await copyFile(BINARY, join(reader.folder, "tangles-linux-x64"));
	await reader.run("sha256sum tangles-linux-x64 >SHA256SUMS; echo 0000 tangles-linux-arm64 >>SHA256SUMS");
	await reader.run("tangles init --max-tcn 3");
	const { code, out } = await reader.run(reader.here(blockWith("sh", "sha256sum")), ["sh", "-ec"]);
	expect(code).toBe(0);
	expect(out).toStartWith("tangles-linux-x64: OK\n");
	expect(out).not.toMatch(/^fail/m);
});

test("the enumeration: every command as it stands, one after the other, up to a TCN that is soon done", async () => {
	await using reader = await Reader.create();
	// What is there is kept, so that --max-tcn 12 does not take the hour that it would.
	await reader.run("tangles init --max-tcn 4");
	const commands = commandsIn(blockWith("sh", "tangles plan"));
	// They need each other.
	expect(commands).toContain("tangles work");
	await using worker = reader.start("exec tangles work");
	const codes = new Map<string, number>();
	for (const line of commands) {
		if (line !== "tangles work") codes.set(line, (await reader.run(line)).code);
	}
	// TCN 9 is not complete.
	expect([...codes].filter(([, code]) => code !== 0)).toEqual([["tangles verify --tcn 9", 1]]);
	expect((await reader.run("tangles verify")).out).toStartWith("TCN 4 is complete");
	worker.kill("SIGTERM");
	expect(await worker.ended()).toMatchObject({ code: 143 });
});

test("components: every command as it stands, one after the other; the batch goes through", async () => {
	await using reader = await Reader.create();
	const outputs = new Map<string, string>();
	for (const line of commandsIn(blockWith("sh", "tangles batches add"))) {
		const { code, out, err } = await reader.run(line);
		expect({ line, code, err }).toMatchObject({ line, code: 0 });
		outputs.set(line, out);
	}
	expect(outputs.get("tangles component Sample -- check-batch --strict")).toBe(
		"Worked on B400022028241-RT1 successfully\n",
	);
});

test("locks: every command as it stands, while a component looks for batches", async () => {
	await using reader = await Reader.create();
	await reader.program("check-batch", "echo working; exec sleep 60");
	await reader.run("tangles batches add B1-RT1 --type Newspaper");
	await reader.run("tangles batches event B1-RT1 Data_Archived --success");
	await using component = reader.start("exec tangles component Sample");
	await component.talk("working");
	const codes: Record<string, number> = {};
	for (const line of commandsIn(blockWith("sh", "tangles locks ls"))) {
		const run = reader.start(`exec ${line}`);
		if (line.includes("watch")) {
			await run.line('"held"');
			run.kill("SIGINT");
		}
		codes[line] = (await run.ended()).code;
	}
	expect(codes).toEqual({
		"tangles locks ls": 0,
		"tangles locks exec /nightly/report -- report.sh": 0,
		"tangles locks show /SBOI/Sample": 0,
		"tangles locks wait /SBOI/Sample --timeout 10s": 75,
		"tangles locks watch --json": 130,
		// The holder has another token.
		"tangles locks break /SBOI/Sample --token 4711": 75,
		"tangles locks prune --dry-run": 0,
	});
});

test("the crontab's lines, by cron's shell and environment: nothing to do, nothing said", async () => {
	await using reader = await Reader.create();
	await reader.run("tangles init --max-tcn 3");
	await reader.db.collection("arborescent_stencils").updateMany({}, { $set: { current_completed_tcn: 3, state: 3 } });
	// There is no /etc of a test's own for the config.
	const config = `env -i TANGLES_CONFIG=${join(reader.folder, "tangles.yaml")}`;
	const deliveries = join(reader.folder, "deliveries");
	await mkdir(deliveries);
	const block = reader.here(replaced(blockWith("crontab", "tangles"), { "env -i": config, "/deliveries": deliveries }));
	const [, path = ""] = /^PATH=(.*)$/m.exec(block) ?? [];
	const entries = [...block.matchAll(/^(?:[\d*/,-]+ +){5}(\w+) +(.+)$/gm)];
	expect(entries.length).toBe(block.trim().split("\n").length - 2);
	for (const [, user = "", command = ""] of entries) {
		const env = { HOME: reader.folder, LOGNAME: user, SHELL: "/bin/sh", PATH: path };
		const run = await new Running(["/bin/sh", "-c", command], env, reader.folder).ended();
		expect({ command, ...run }).toEqual({ command, code: 0, out: "", err: "" });
	}
});

test("the systemd units are understood by systemd, and what they start runs", async () => {
	await using reader = await Reader.create();
	await reader.run("tangles init --max-tcn 3");
	const folder = join(reader.folder, "units");
	await mkdir(folder);
	const files: string[] = [];
	for (const { text } of blocksIn("ini")) {
		const [, name = ""] = /^# (\/etc\/systemd\/system\/[\w-]+\.\w+)/.exec(text) ?? [];
		const unit = text.includes("/usr/local/bin") ? reader.here(text) : text;
		// No comment behind a value: systemd would take it for a part of it.
		expect(unit.split("\n").filter((line) => !/^(?:#.*|\[\w+\]|\w+=[^#]+|)$/.test(line))).toEqual([]);
		const file = join(folder, basename(name));
		await writeFile(file, unit);
		files.push(file);
		const [, command] = /^ExecStart=(.*)$/m.exec(unit) ?? [];
		if (command === undefined) continue;
		const env = { PATH: reader.path, TANGLES_CONFIG: join(reader.folder, "tangles.yaml") };
		await using run = new Running(["sh", "-c", `exec ${command}`], env, "/");
		const isEndless = /tangles (?:work|serve) /.test(command);
		if (isEndless) run.kill("SIGTERM");
		expect({ command, ...(await run.ended()) }).toMatchObject({ command, code: isEndless ? 143 : 0 });
	}
	if (Bun.which("systemd-analyze") === null) return;
	const verified = await reader.run(`systemd-analyze verify ${files.join(" ")} 2>&1`);
	expect(verified.out.split("\n").filter((line) => /tangles-(?:sample|work|serve)/.test(line))).toEqual([]);
});

test("the proxy's lines name the path and the address of the unit, and wait longer than a stream is silent", async () => {
	const proxy = blockWith("nginx", "proxy_pass");
	const unit = blockWith("ini", "tangles serve");
	const [, path] = /--base-path (\S+)/.exec(unit) ?? [];
	expect(proxy).toContain(`location ${path}/ {`);
	const help = await new Running([BINARY, "serve", "--help"], {}).ended();
	const [, address] = /proxy_pass http:\/\/([\d.:]+);/.exec(proxy) ?? [];
	expect(help.out).toContain(`(default ${address})`);
	expect(Number(/proxy_read_timeout (\d+)s;/.exec(proxy)?.[1])).toBeGreaterThan(15);
	expect(proxy).toContain("proxy_buffering off;");
});

test("the shells' start lines load the completions without a word", async () => {
	await using reader = await Reader.create();
	for (const [shell, before, asked] of [
		["bash", "", "complete -p tangles"],
		["zsh", "autoload -Uz compinit && compinit -u -D; ", "print $_comps[tangles]"],
		["fish", "", "complete -c tangles"],
	] as const) {
		for (const { text } of blocksIn(shell)) {
			const { code, out, err } = await reader.run(`${before}${text}${asked}`, [shell, "-c"]);
			expect({ shell, code, err }).toEqual({ shell, code: 0, err: "" });
			expect(out).toContain("tangles");
		}
	}
});

test("the report is understood as the failures of a batch", async () => {
	await using reader = await Reader.create();
	const [report] = blocksIn("json");
	await writeFile(join(reader.folder, "report.json"), report?.text ?? "");
	await reader.program("check-batch", 'cp report.json "$TANGLES_RESULT"');
	await reader.run("tangles batches add B1-RT1 --type Newspaper");
	await reader.run("tangles batches event B1-RT1 Data_Archived --success");
	const { code, out, err } = await reader.run("tangles component Sample");
	expect({ code, out }).toEqual({ code: 1, out: "Failed to process B1-RT1\n" });
	expect(err).toContain("B1-RT1: checksum: differs");
	expect(JSON.parse((await reader.run("tangles batches show B1-RT1 --json")).out).events).toHaveLength(2);
});

test("the config has no fault and no key that nothing reads, and what is printed fits 80 columns", async () => {
	await using reader = await Reader.create();
	await reader.run("tangles init --max-tcn 3");
	const { code, err } = await reader.run("tangles status");
	expect({ code, err }).toEqual({ code: 0, err: "" });
	for (const { text } of blocksIn("text")) {
		for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
	}
});
