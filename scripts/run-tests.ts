import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Glob } from "bun";

// Runs the test files and the model of the lock side by side, each in a process of its own, but for the unit tests: a
// process runs those of a folder, for a third of their time goes into what a process starts with. Closes with the sums.
// Arguments: the number of checks that failed before; addresses of MongoDB engines, one for each process that may run at
// a time; then patterns of paths.

const [failedBefore = "0", engines = "", ...patterns] = process.argv.slice(2);

/** For one process; the slowest takes half of it. */
const LONGEST_MS = 360_000;
const MODEL = "scripts/model";
const UNIT = "test/unit/";
/** A room of which each folder has a process: its unit tests take half of the time of all. */
const LONGEST_ROOM = "test/unit/enumeration/";
/** Those that take long begin first, so that all processors end together. */
const LONG_UNIT = [`${LONGEST_ROOM}tangles/`, "test/unit/config/", LONGEST_ROOM, "test/unit/line/", "test/unit/locks/"];
/** Compiling for the last time what runs for a second takes a fifth of the unit tests' time, and gives none back. */
const SHORT_RUN = { BUN_JSC_useFTLJIT: "0" };
/** For a test file's own servers: more than the hungriest starts. Files that run one after another share them. */
const PORTS_PER_LANE = 200;
/**
 * In the environment of everything that a test file starts, with a value of its own: what outlives the file is found by
 * it. That of the whole run is its beginning.
 */
const MARK = "TEST_FILE_MARK";

interface Result {
	readonly passed: number;
	readonly failed: number;
}

/** How many checks passed and failed, by the last line of `scripts/model`. */
function modelCounts(output: string): Result {
	const [, passed = "0", failed = "0"] = /(\d+) passed, (\d+) failed\s*$/.exec(output) ?? [];
	return { passed: Number(passed), failed: Number(failed) };
}

/** What one process runs. */
interface Run {
	readonly name: string;
	readonly files: readonly string[];
}

/** Each file by itself, those of one room of `test/unit` together, or of one folder of the longest room. */
function runsOf(files: readonly string[]): Run[] {
	const folder = (file: string, depth: number) => file.split("/").slice(0, depth).join("/");
	const unit = (file: string) => folder(file, file.startsWith(LONGEST_ROOM) ? 4 : 3);
	const byName = Map.groupBy(files, (file) => (file.startsWith(UNIT) ? unit(file) : file));
	return [...byName].map(([name, own]) => ({
		name: own.length > 1 ? `${name} (${own.length} files)` : name,
		files: own,
	}));
}

/** Of `files`, those of which the report that `bun test` wrote at `path` has no test. */
function withoutTests(files: readonly string[], path: string): string[] {
	const report = existsSync(path) ? readFileSync(path, "utf8") : "";
	const seen = new Set([...report.matchAll(/<testcase [^>]*? file="([^"]+)"/g)].map(([, file]) => file));
	return files.filter((file) => !seen.has(file));
}

/** How many tests passed and failed, by the last lines of `bun test`. */
function testCounts(output: string): Result {
	const number = (pattern: string) => Number([...output.matchAll(new RegExp(pattern, "gm"))].at(-1)?.[1] ?? 0);
	const errors = number("^ *(\\d+) errors?$");
	return { passed: number("^ *(\\d+) pass$"), failed: number("^ *(\\d+) fail$") + errors };
}

/** Kills the processes that have outlived the file with this mark. Returns their command lines. */
function endLeftOver(mark: string): string[] {
	const ended: string[] = [];
	for (const pid of readdirSync("/proc").map(Number).filter(Number.isInteger)) {
		try {
			if (!readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(mark)) continue;
			ended.push(readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ").slice(0, 100));
			process.kill(pid, "SIGKILL");
		} catch {
			// It has ended meanwhile, or is another user's.
		}
	}
	return ended;
}

/** What a process has of its own while it runs. */
interface Lane {
	readonly engine: string;
	readonly firstPort: number;
}

async function runFiles({ name, files }: Run, { engine, firstPort }: Lane): Promise<Result> {
	const began = performance.now();
	const mark = `${process.env[MARK] ?? ""}-${crypto.randomUUID()}`;
	const isModel = name === MODEL;
	const isUnit = files.every((file) => file.startsWith(UNIT));
	const report = join(outputs, `${mark}.xml`);
	const bun = [process.execPath, "test", "--timeout", "240000", "--reporter=junit", `--reporter-outfile=${report}`];
	const guards = ["untouched", "compared-dates"].flatMap((name) => ["--preload", `./test/support/${name}.ts`]);
	// The model takes a processor for half a minute: tests go first.
	const command = isModel ? ["nice", MODEL] : [...bun, ...(isUnit ? guards : []), ...files.map((file) => `./${file}`)];
	const own = { TANGLES_TEST_PORTS: String(firstPort), TANGLES_MONGO_URI: engine, FORCE_COLOR: "0", [MARK]: mark };
	// A file, and no pipe: the runtime's reader of a pipe has stopped on a busy host, with the end of the output unread.
	const path = join(outputs, mark);
	const descriptor = openSync(path, "w");
	const child = Bun.spawn(command, {
		env: { ...process.env, ...own, ...(isUnit ? SHORT_RUN : {}) },
		stdin: "ignore",
		stdout: descriptor,
		stderr: descriptor,
		// A process that spins keeps its own time limits from ringing.
		timeout: LONGEST_MS,
		killSignal: "SIGKILL",
	});
	closeSync(descriptor);
	const code = await child.exited;
	for (let pass = 0; pass < 20; pass += 1) {
		const left = endLeftOver(`${MARK}=${mark}`);
		if (left.length === 0) break;
		for (const line of left) console.log(`left  ${name}: ended ${line}`);
		await Bun.sleep(100);
	}
	const output = readFileSync(path, "utf8");
	const { passed, failed: counted } = isModel ? modelCounts(output) : testCounts(output);
	const silent = isModel || code !== 0 ? [] : withoutTests(files, report);
	for (const file of silent) console.log(`no test has run in ${file}`);
	// A file that does not load, or that ends badly after its tests, has failed too.
	const failed = Math.max(counted + silent.length, code !== 0 || passed === 0 ? 1 : 0);
	const seconds = ((performance.now() - began) / 1000).toFixed(1);
	if (failed > 0) console.log(output);
	console.log(`${failed > 0 ? "FAIL " : "ok   "} ${name}: ${passed} passed, ${failed} failed, ${seconds} s`);
	return { passed, failed };
}

const CROWD = "test/fault/locks-crowd";
/** They mostly wait: for sessions that end, for servers that are away. */
const WAITING = ["test/ensemble/", "test/fault/"];
/** The order of those that keep the processors busy: 200 contenders late, and the model not as the last, for it is long. */
const BUSY = ["test/e2e/", MODEL, "test/integration/", CROWD, ...LONG_UNIT, UNIT];

const waits = (file: string) => WAITING.some((folder) => file.startsWith(folder)) && !file.startsWith(CROWD);
const rank = (file: string) => BUSY.findIndex((folder) => file.startsWith(folder));
const files = [...new Glob("test/**/*.test.ts").scanSync("."), MODEL]
	.filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)))
	.toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b));
const waiting = runsOf(files.filter(waits));
const busy = runsOf(files.filter((file) => !waits(file)));

const firstPort = Number(process.env.TANGLES_TEST_PORTS);
/** What each process prints and reports. */
const outputs = mkdtempSync(join(tmpdir(), "tangles-outputs-"));
const results: Result[] = [];
/** Runs what is in the first queue, then helps with the other. */
async function runQueues(lane: Lane, queues: readonly Run[][]): Promise<void> {
	const next = () => queues.find(({ length }) => length > 0)?.shift();
	for (let run = next(); run !== undefined; run = next()) results.push(await runFiles(run, lane));
}
const queuesOf = (at: number) => (at % 2 === 0 ? [waiting, busy] : [busy, waiting]);
await Promise.all(
	engines
		.split(" ")
		.map((engine, at) => runQueues({ engine, firstPort: firstPort + at * PORTS_PER_LANE }, queuesOf(at))),
);
rmSync(outputs, { recursive: true });

const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, Number(failedBefore));
if (passed === 0) console.log("no test has run");
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
