import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { Glob } from "bun";

// Runs the test files and the model of the lock side by side, each in a process of its own, and closes with the sums.
// Arguments: the number of checks that failed before, then patterns of paths.

const [failedBefore = "0", ...patterns] = process.argv.slice(2);

/** For one file; the slowest takes a third of it. */
const LONGEST_MS = 400_000;
const MODEL = "scripts/model";
/** How many files run at a time: one more than there are processors, for most files wait for servers a third of the time. */
const WORKERS = Math.max(2, Math.min(6, availableParallelism() + 1));
/** For a test file's own servers: more than the hungriest starts. Files that run one after another share them. */
const PORTS_PER_WORKER = 200;
/**
 * In the environment of everything that a test file starts, with a value of its own: what outlives the file is found by
 * it.
 */
const MARK = "TEST_FILE_MARK";

/** What each file prints. */
const OUTPUTS = mkdtempSync(join(tmpdir(), "tangles-outputs-"));
process.on("exit", () => rmSync(OUTPUTS, { recursive: true }));

interface Result {
	readonly passed: number;
	readonly failed: number;
}

/** How many checks passed and failed, by the last line of `scripts/model`. */
function modelCounts(output: string): Result {
	const [, passed = "0", failed = "0"] = /(\d+) passed, (\d+) failed\s*$/.exec(output) ?? [];
	return { passed: Number(passed), failed: Number(failed) };
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

async function runFile(file: string, ports: number): Promise<Result> {
	const began = performance.now();
	const mark = crypto.randomUUID();
	// The model takes a processor for half a minute: tests that measure time go first.
	const command = file === MODEL ? ["nice", MODEL] : [process.execPath, "test", "--timeout", "240000", `./${file}`];
	// A file, and no pipe: the runtime's reader of a pipe has stopped on a busy host, with the end of the output unread.
	const path = join(OUTPUTS, mark);
	const descriptor = openSync(path, "w");
	const child = Bun.spawn(command, {
		env: { ...process.env, TANGLES_TEST_PORTS: String(ports), FORCE_COLOR: "0", [MARK]: mark },
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
		for (const line of left) console.log(`left  ${file}: ended ${line}`);
		await Bun.sleep(100);
	}
	const output = readFileSync(path, "utf8");
	const { passed, failed: counted } = file === MODEL ? modelCounts(output) : testCounts(output);
	// A file that does not load, or that ends badly after its tests, has failed too.
	const failed = counted === 0 && (code !== 0 || passed === 0) ? 1 : counted;
	const seconds = ((performance.now() - began) / 1000).toFixed(1);
	if (failed > 0) console.log(output);
	console.log(`${failed > 0 ? "FAIL " : "ok   "} ${file}: ${passed} passed, ${failed} failed, ${seconds} s`);
	return { passed, failed };
}

// Those that wait for outages first, so that the others run beside them; 200 contenders at the end, beside what
// measures no time. The model is the longest after the first, and must not be what all wait for.
const ORDER = ["test/fault/", "test/e2e/", MODEL, "test/integration/", "test/fault/locks-crowd", "test/unit/"];
const rank = (file: string) => ORDER.findLastIndex((folder) => file.startsWith(folder));
const files = [...new Glob("test/**/*.test.ts").scanSync("."), MODEL]
	.filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)))
	.toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b));

const firstPort = Number(process.env.TANGLES_TEST_PORTS);
const results: Result[] = [];
const waiting = [...files];
async function worker(ports: number): Promise<void> {
	for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) results.push(await runFile(file, ports));
}
await Promise.all(Array.from({ length: WORKERS }, (_, at) => worker(firstPort + at * PORTS_PER_WORKER)));

const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, Number(failedBefore));
if (passed === 0) console.log("no test has run");
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
