import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Enumeration } from "../support/enumeration.ts";
import { bringPrograms } from "../support/programs.ts";
import { OwnServers } from "../support/servers.ts";
import { Service, UNITS } from "../support/service.ts";
import { BINARY, Run, Running, tangles } from "../support/tangles.ts";

// Status lines count all jobs of a Faktory server; what doctor says of a database is about that of other tests too.
let servers: OwnServers;
beforeAll(async () => {
	await bringPrograms("systemd-analyze", "man", "setpriv", "python3-seccomp");
	servers = await OwnServers.start(["faktory", "mongo"]);
});
afterAll(async () => await servers[Symbol.asyncDispose]());

const HOST = { PATH: process.env.PATH ?? "" };

/** An enumeration of TCN 2 to `tcn`, with nothing done. */
async function enumeration(tcn: number): Promise<Enumeration> {
	const made = await Enumeration.create({
		...{ pageSize: 5, components: '{ Sample: { event: E, command: ["true"] } }' },
		...{ faktory: servers.faktory, mongo: servers.mongo },
	});
	expect(await tangles(["init", "--max-tcn", String(tcn), "-q"], made.env)).toMatchObject({ code: 0 });
	return made;
}

/** A value of /proc/PID/status. proc(5) */
async function statusOf(pid: number, name: string): Promise<string> {
	return new RegExp(`^${name}:\\s+(\\S+)`, "m").exec(await readFile(`/proc/${pid}/status`, "utf8"))?.[1] ?? "";
}

test("systemd finds no fault in the units, and their exposure is low", async () => {
	const folder = await mkdtemp(join(tmpdir(), "tangles-units-"));
	try {
		const units = await readdir(UNITS);
		for (const unit of units) {
			const text = await readFile(join(UNITS, unit), "utf8");
			await writeFile(join(folder, unit), text.replaceAll("/usr/bin/tangles", BINARY));
		}
		await tangles(["man", "--dir", join(folder, "man/man1")]);
		const paths = units.map((unit) => join(folder, unit.replace("@.", "@x.")));
		for (const unit of units.filter((name) => name.includes("@."))) {
			await writeFile(join(folder, unit.replace("@.", "@x.")), await readFile(join(folder, unit)));
		}
		const env = { ...HOST, MANPATH: join(folder, "man") };
		const verified = await new Running(["systemd-analyze", "verify", ...paths], env).ended();
		expect(verified).toEqual({ code: 0, out: "", err: "" });
		for (const path of paths.filter((name) => name.endsWith(".service"))) {
			const most = path.includes("component") ? 50 : 16;
			const command = ["systemd-analyze", "security", "--offline=yes", `--threshold=${most}`, "--no-pager", path];
			expect({ path, ...(await new Running(command, HOST).ended()) }).toMatchObject({ code: 0 });
		}
	} finally {
		await rm(folder, { recursive: true });
	}
});

test("a worker is ready, reports its jobs, is killed and started again where it hangs, and stops in time", async () => {
	await using made = await enumeration(4);
	const watched = { unit: "tangles-work@.service", instance: "1", env: made.env, set: { WatchdogSec: "5s" } };
	await using service = await Service.start({ ...watched, words: ["--abstract", "--keep-watchdog"] });
	const first = await service.started();
	await service.line("notify READY=1");
	await service.line(`notify STATUS=works on queue ${made.queue}, `);
	// The sandbox is in force: user, no new rights, no capability, filter of system calls.
	expect(await statusOf(first, "Uid")).toBe("61234");
	expect(await statusOf(first, "NoNewPrivs")).toBe("1");
	expect(await statusOf(first, "CapBnd")).toBe("0000000000000000");
	expect(await statusOf(first, "Seccomp")).toBe("2");
	const producer = new Run(["produce", "--once", "-q"], made.env);
	expect((await producer.ended()).code).toBe(0);
	await service.line("notify STATUS=1 jobs done, 0 failed");
	await service.line("notify WATCHDOG=1");
	process.kill(first, "SIGSTOP");
	await service.line("watchdog");
	await service.line("ended -6");
	const second = await service.started();
	expect(second).not.toBe(first);
	await service.line("notify READY=1");
	service.stop();
	await service.line("notify STOPPING=1");
	await service.line("ended 143");
	expect(await service.ended()).toMatchObject({ code: 0, err: expect.not.stringContaining("error") });
});

test("the producer's status line counts jobs; one that finds the lock held ends well", async () => {
	await using made = await enumeration(3);
	const unit = { unit: "tangles-produce.service", env: made.env };
	await using service = await Service.start(unit);
	await service.line("notify READY=1");
	await service.line("notify STATUS=takes the producer's lock");
	expect(await service.line("notify STATUS=waits for workers: ")).toEndWith(": 1 jobs to do, 0 dead");
	await using other = await Service.start({ ...unit, words: ["--abstract"] });
	await other.line("notify READY=1");
	await other.line("ended 0");
	// One that waits for the lock asks for as much time, or the watchdog would end it.
	const patient = { ExecStart: "/usr/bin/tangles produce -q --wait 1h", WatchdogSec: "1s" };
	await using waiting = await Service.start({ ...unit, set: patient });
	await waiting.line("notify WATCHDOG_USEC=3730000000");
	waiting.stop();
	await waiting.line("ended 143");
	service.stop();
	await service.line("notify STOPPING=1");
	await service.line("notify STATUS=stopped by SIGTERM; everything is left resumable");
	await service.line("ended 143");
});

test("the web page is ready, keeps its watchdog while nobody reads it, and stops in time", async () => {
	await using made = await enumeration(3);
	const set = { ExecStart: "/usr/bin/tangles serve -q --listen 127.0.0.1:0", WatchdogSec: "2s" };
	const unit = { unit: "tangles-serve.service", env: made.env, set };
	await using service = await Service.start({ ...unit, words: ["--keep-watchdog"] });
	await service.line("notify READY=1");
	await service.line("notify STATUS=pages on http://127.0.0.1:");
	// More than its time-out has passed with the last of them.
	for (let sign = 0; sign < 10; sign += 1) await service.line("notify WATCHDOG=1");
	service.stop();
	await service.line("notify STOPPING=1");
	await service.line("ended 143");
	expect((await service.ended()).out).not.toContain("watchdog\n");
});

test("every verb ends in its unit's sandbox as it does outside", async () => {
	await using made = await enumeration(3);
	await tangles(["batches", "add", "B1-RT1", "--type", "T"], made.env);
	const run = async (unit: string, words: string) => {
		await using service = await Service.start({
			...{ unit, instance: "Sample", env: made.env },
			set: { ExecStart: `/usr/bin/tangles ${words}`, Restart: "no", Type: "oneshot" },
		});
		return (await service.line("ended ")).split(" ")[1];
	};
	const strict = ["produce --once", "recover --dry-run", "plan --max-tcn 5", "status", "doctor", "verify --tcn 2"];
	const more = [
		"export --dir /var/lib/tangles/table",
		"locks ls",
		"batches ls",
		"man --dir /tmp/man",
		"completions zsh",
	];
	for (const words of [...strict, ...more]) {
		const outside = await tangles(words.replaceAll("/var/lib/tangles", made.folder).split(" "), made.env);
		const inside = await run("tangles-produce.service", words);
		if (inside !== String(outside.code)) {
			throw new Error(`${words}: ${inside} inside, ${outside.code} outside: ${outside.out}${outside.err}`);
		}
	}
	expect(await run("tangles-component@.service", "component Sample")).toBe("0");
	expect(await run("tangles-component@.service", "locks exec /x -- sh -c 'echo >/var/lib/tangles/y && sleep 0'")).toBe(
		"0",
	);
	// The host itself is out of reach of the work.
	expect(await run("tangles-component@.service", "locks exec /x -- touch /etc/tangles-was-here")).toBe("1");
});

test.each([
	["vsock:2:9999", "is neither a path nor @ with a name"],
	[`/${"x".repeat(108)}`, "is longer than 107 bytes"],
])("NOTIFY_SOCKET=%s: a warning, and the run goes on", async (name, cause) => {
	await using made = await enumeration(3);
	const { code, err } = await tangles(["produce", "--once", "-q"], { ...made.env, NOTIFY_SOCKET: name });
	expect(code).toBe(0);
	expect(err).toContain("warn the service manager is told nothing of this run");
	expect(err).toContain(cause);
});

test("a socket that nobody reads from any more: one warning, and the run goes on", async () => {
	await using made = await enumeration(3);
	const gone = await mkdtemp(join(tmpdir(), "tangles-gone-"));
	const { code, err } = await tangles(["produce", "--once", "-q"], {
		...made.env,
		NOTIFY_SOCKET: join(gone, "notify"),
	});
	await rm(gone, { recursive: true });
	expect(code).toBe(0);
	expect(err.match(/the service manager cannot be told of this run; trying on cause=ENOENT/g)).toHaveLength(1);
});
