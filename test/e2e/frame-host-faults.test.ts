import { beforeAll, expect, test } from "bun:test";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EXIT_CODES } from "../../src/cli/exit-codes.ts";
import { COMMANDS } from "../support/commands.ts";
import { exampleScene } from "../support/example-scene.ts";
import { shared } from "../support/servers.ts";
import { Running } from "../support/tangles.ts";

/** In place of examples that go on until they are stopped, and of those that do less: all of them can be run in turn. */
const WORDS: Readonly<Record<string, string>> = {
	// There is no index.
	work: "tangles work -c other.yaml",
	// An address that others reach, and no password.
	serve: "tangles serve --listen 192.0.2.1:1",
	"locks watch": "tangles locks watch no/path",
	init: "tangles init --dry-run",
	produce: "tangles produce -q",
	// The command would fail by itself where it cannot print.
	"locks exec": "tangles locks exec /x -- true",
	component: "tangles component Sample --module builtin:sample",
};
/** A run of each verb. */
const RUNS = COMMANDS.map(({ about }) => WORDS[about.name] ?? about.examples[0].run);

/** What may be wrong with a host: shell words that make it so for all runs, words before each of them, its streams. */
const FAULTS = {
	none: {},
	/** Each verb is the first process of a container, of a user without a name, with little of everything. */
	bare: {
		all: "mount --bind /dev/null /etc/passwd; umask 077; unset HOME; ulimit -n 32 -s 512 -v 8000000",
		each: `exec unshare --mount --pid --fork bash -c 'mount -t proc -o subset=pid proc /proc; exec "$@"' bash`,
	},
	/** Neither a temporary file nor a metrics file can be made, and stdout is a file on a full disk. */
	full: {
		all: "mount -t tmpfs -o nr_inodes=1 none /run; export TMPDIR=/run",
		streams: ">/dev/full",
	},
	"streams closed": { streams: "<&- >&- 2>&-" },
	/** The runtime itself does not start then. */
	"folder gone": { each: "mkdir gone; cd gone; rmdir ../gone; exec" },
} as const satisfies Readonly<Record<string, { all?: string; each?: string; streams?: string }>>;

const METRICS = COMMANDS.filter(({ args }) => "metrics-file" in args).map(({ about }) => about.name);

/** What became of a verb: its code, and what it wrote to stderr. */
interface VerbEnd {
	readonly name: string;
	readonly code: number;
	readonly err: string;
}

/** Runs every verb in turn on a host with that fault, in an own scene. */
async function runAll(fault: keyof typeof FAULTS): Promise<VerbEnd[]> {
	const { all = "", each = "exec", streams = "" } = { all: "", each: "exec", streams: "", ...FAULTS[fault] };
	await using scene = await exampleScene();
	const at = (name: string) => join(scene.folder, name);
	await mkdir(at("err"));
	const lines = RUNS.map(
		(_, place) =>
			`( ${each} sh -c "exec $(cat ${at(`run/${place}`)})" ) </dev/null >/dev/null 2>err/${place} ${streams}; echo $? >>codes`,
	);
	await mkdir(at("run"));
	for (const [place, run] of RUNS.entries()) await writeFile(at(`run/${place}`), run);
	await writeFile(at("all"), [all, ...lines, ""].join("\n"));
	const other = { "db-connection-info": { uri: shared.mongo(), database: `${scene.database}-other` } };
	await writeFile(at("other.yaml"), JSON.stringify(other));
	const metrics = METRICS.map((name) => [
		`TANGLES_${name.toUpperCase().replaceAll(" ", "_")}_METRICS_FILE`,
		"/run/x.prom",
	]);
	const env = {
		...{ ...scene.env, PATH: `${scene.folder}/bin:${scene.env.PATH}`, FAKTORY_URL: shared.faktory() },
		...(fault === "full" && Object.fromEntries(metrics)),
	};
	const command = ["unshare", "--mount", "--pid", "--fork", "bash", "all"];
	const { code, err } = await new Running(command, env, scene.folder).ended();
	expect({ fault, code, err }).toEqual({ fault, code: 0, err: "" });
	const codes = (await readFile(at("codes"), "utf8")).trim().split("\n").map(Number);
	expect(codes).toHaveLength(RUNS.length);
	const ends = COMMANDS.map(async ({ about: { name } }, place): Promise<VerbEnd> => {
		return { name, code: codes[place] ?? -1, err: await readFile(at(`err/${place}`), "utf8") };
	});
	return await Promise.all(ends);
}

const ends = new Map<keyof typeof FAULTS, readonly VerbEnd[]>();
const endsOn = (fault: keyof typeof FAULTS) => ends.get(fault) ?? [];
const codesOn = (fault: keyof typeof FAULTS) => endsOn(fault).map(({ name, code }) => `${name} ${code}`);

beforeAll(async () => {
	const faults = Object.keys(FAULTS) as (keyof typeof FAULTS)[];
	await Promise.all(faults.map(async (fault) => ends.set(fault, await runAll(fault))));
}, 240_000);

test("whatever is wrong with the host, every verb works or refuses: a code of the table, no stack, no bug", () => {
	const known = Object.values(EXIT_CODES).map(({ code }) => code);
	for (const [fault, verbs] of ends) {
		expect(verbs).toHaveLength(COMMANDS.length);
		for (const { name, code, err } of verbs) {
			expect({ fault, name, code, known: known.includes(code) && code !== EXIT_CODES.bug.code }).toMatchObject({
				known: true,
			});
			expect({ fault, name, bug: /unforeseen|\n\s+at |panic/.exec(err)?.[0] }).toEqual({
				fault,
				name,
				bug: undefined,
			});
		}
	}
	const done = endsOn("none").filter(({ code }) => code === 0);
	expect(done.length).toBeGreaterThan((COMMANDS.length * 2) / 3);
});

test("as the first process, without a name, a home and /proc/uptime, at the limits: each verb as ever", () => {
	expect(codesOn("bare")).toEqual(codesOn("none"));
});

test("no stream is open: each verb as ever", () => {
	expect(codesOn("streams closed")).toEqual(codesOn("none"));
});

test("full disks: a component refuses without its folder, metrics are a warning, what cannot be printed is 74", () => {
	const before = new Map(endsOn("none").map(({ name, code }) => [name, code]));
	let unprinted = 0;
	for (const { name, code, err } of endsOn("full")) {
		if (name === "component") {
			expect({ code, err }).toEqual({
				code: 78,
				err: expect.stringContaining("no folder for reports can be made: ENOSPC"),
			});
		} else {
			expect({ name, code, as: [before.get(name), 74].includes(code) }).toMatchObject({ as: true });
			if (METRICS.includes(name))
				expect({ name, err }).toEqual({ name, err: expect.stringMatching(/x\.prom.*ENOSPC/) });
			if (code === 74) unprinted += 1;
			if (code === 74)
				expect({ name, err }).toEqual({ name, err: expect.stringContaining("stdout cannot be written: ENOSPC") });
		}
	}
	expect(unprinted).toBeGreaterThan(COMMANDS.length / 2);
});

test("a working directory that is gone: the runtime says so, 1, before a line of ours", () => {
	for (const { name, code, err } of endsOn("folder gone")) {
		expect({ name, code, err }).toEqual({
			name,
			code: 1,
			err: expect.stringContaining("current working directory was deleted"),
		});
	}
});
