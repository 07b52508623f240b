import { availableParallelism } from "node:os";
import { Glob } from "bun";

// Runs the test files side by side, each in a process of its own, and closes with the sums.
// Arguments: the number of checks that failed before, then patterns of paths.

const [failedBefore = "0", ...patterns] = process.argv.slice(2);

/** For one file; the slowest takes a third of it. */
const LONGEST_MS = 400_000;

interface Result {
	readonly passed: number;
	readonly failed: number;
}

function count(output: string, word: string): number {
	const found = [...output.matchAll(new RegExp(`^ *(\\d+) ${word}s?$`, "gm"))].at(-1);
	return Number(found?.[1] ?? 0);
}

async function runFile(file: string, ports: number): Promise<Result> {
	const began = performance.now();
	const child = Bun.spawn([process.execPath, "test", "--timeout", "240000", `./${file}`], {
		env: { ...process.env, TANGLES_TEST_PORTS: String(ports), FORCE_COLOR: "0" },
		stdin: "ignore",
		stdout: "pipe",
		stderr: "pipe",
		// A process that spins keeps its own time limits from ringing.
		timeout: LONGEST_MS,
		killSignal: "SIGKILL",
	});
	const [stdout, stderr, code] = await Promise.all([
		new Response(child.stdout).text(),
		new Response(child.stderr).text(),
		child.exited,
	]);
	const output = stdout + stderr;
	const passed = count(output, "pass");
	// A file that does not load, or that ends badly after its tests, has failed too.
	const counted = count(output, "fail") + count(output, "error");
	const failed = counted === 0 && (code !== 0 || passed === 0) ? 1 : counted;
	const seconds = ((performance.now() - began) / 1000).toFixed(1);
	if (failed > 0) console.log(output);
	console.log(`${failed > 0 ? "FAIL " : "ok   "} ${file}: ${passed} passed, ${failed} failed, ${seconds} s`);
	return { passed, failed };
}

// Those that wait for outages first, so that the others run beside them; 200 contenders at the end, beside what measures no time.
const ORDER = ["test/fault/", "test/e2e/", "test/integration/", "test/fault/locks-crowd", "test/unit/"];
const rank = (file: string) => ORDER.findLastIndex((folder) => file.startsWith(folder));
const files = [...new Glob("test/**/*.test.ts").scanSync(".")]
	.filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)))
	.toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b));

const firstPort = Number(process.env.TANGLES_TEST_PORTS);
const results: Result[] = [];
const waiting = [...files.entries()];
async function worker(): Promise<void> {
	for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
		const [index, file] = next;
		results.push(await runFile(file, firstPort + index * 10));
	}
}
await Promise.all(Array.from({ length: Math.max(2, Math.min(6, availableParallelism())) }, worker));

const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, Number(failedBefore));
if (passed === 0) console.log("no test has run");
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
