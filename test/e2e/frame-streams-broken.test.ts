import { expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ComponentScene, SAMPLE } from "../support/component-scene.ts";
import { shared } from "../support/servers.ts";
import { BINARY, type Ended, Running } from "../support/tangles.ts";

/** What may be wrong with a stream, as a shell's words behind a command; `3` is the test's own pipe. */
const STDERR = [
	["on a full disk", "2>/dev/full"],
	["closed", "2>&-"],
	["open for reading only", "2</dev/null"],
	["a pipe whose reader is gone", "2> >(:)"],
	["a pipe whose reader leaves after a line", "2> >(head -n 1 >/dev/null)"],
] as const;

async function shell(scene: ComponentScene, line: string, ...words: readonly string[]): Promise<Ended> {
	return await new Running(["bash", "-c", line, "bash", BINARY, ...words], scene.env, scene.folder).ended();
}

test.each(STDERR)("stderr %s: the work is done and recorded, the code is the work's own", async (_, stream) => {
	await using scene = await ComponentScene.create({ components: { Sample: { ...SAMPLE, "queue-length": 3 } } });
	const ids = await scene.archived(3);
	const words = ["component", "Sample", "-v", "--", "sh", "-c", "echo talk; echo more >&2"];
	const { code, out } = await shell(scene, `"$@" ${stream}`, ...words);
	expect({ code, out: out.split("\n").sort() }).toEqual({
		code: 0,
		out: ["", ...ids.map((id) => `Worked on ${id} successfully`)],
	});
	for (const id of ids) expect(await scene.outcomes(id)).toEqual([true]);
});

test.each(STDERR)("stderr %s: every kind of end keeps its code", async (_, stream) => {
	await using scene = await ComponentScene.create();
	await scene.locks.take("/held");
	await scene.archived(1);
	const ends: readonly [number, ...string[]][] = [
		[75, "locks", "exec", "/held", "--", "true"],
		[0, "locks", "exec", "/free", "-v", "--", "true"],
		[9, "locks", "exec", "/free", "-v", "--", "sh", "-c", "exit 9"],
		[64, "locks", "exec", "/free", "--what"],
		[78, "locks", "ls", "-c", "/no/such/file"],
		[78, "component", "None", "--", "true"],
		[1, "component", "Sample", "--", "false"],
		[0, "batches", "ls"],
		[1, "batches", "show", "B1-RT1"],
	];
	for (const [code, ...words] of ends) {
		const ended = await shell(scene, `"$@" ${stream}`, ...words);
		expect({ words, code: ended.code }).toEqual({ words, code });
	}
});

const STDOUT = [
	["on a full disk", ">/dev/full", "ENOSPC"],
	["open for reading only", "1</dev/null", "EBADF"],
	["beyond the limit of a file's size", ">>large", "EFBIG"],
] as const;

const LIMITED = "trap '' XFSZ; ulimit -f 0;";

test.each(STDOUT)("stdout %s: one line on stderr, and 74", async (_, stream, says) => {
	await using scene = await ComponentScene.create();
	await scene.locks.take("/held");
	await scene.archived(3);
	const env = { ...scene.env, FAKTORY_URL: shared.faktory() };
	const lines = [
		...["--version", "--help", "component --help", "completions bash", "locks ls", "locks show /held", "locks watch"],
		...["batches ls", "batches ls --json", "batches show B400000000001-RT1", "status --watch", "init --dry-run"],
	];
	for (const line of lines) {
		const words = ["bash", "-c", `${LIMITED} "$@" ${stream}`, "bash", BINARY, ...line.split(" ")];
		const { code, err } = await new Running(words, env, scene.folder).ended();
		expect({ line, code }).toEqual({ line, code: 74 });
		const errors = err.split("\n").filter((it) => / (error|warn) /.test(it));
		expect(errors).toEqual([expect.stringContaining(`error stdout cannot be written: ${says}`)]);
	}
});

test.each(STDOUT)(
	"stdout %s: a component does all its work, and ends with 74, or 1 where a batch failed",
	async (_, stream) => {
		await using scene = await ComponentScene.create({ components: { Sample: { ...SAMPLE, "queue-length": 3 } } });
		for (const json of [[], ["--json"]]) {
			const ids = await scene.archived(3, 1 + 10 * json.length);
			// With --quiet a success has no line for people: stdout would stay empty.
			const words = ["component", "Sample", ...(json.length > 0 ? ["-q", ...json] : []), "--", "true"];
			const good = await shell(scene, `${LIMITED} "$@" ${stream}`, ...words);
			expect({ json, code: good.code }).toEqual({ json, code: 74 });
			const errors = good.err.split("\n").filter((line) => / (error|warn) /.test(line));
			expect(errors).toEqual([expect.stringMatching(/^\S+ error stdout cannot be written: \w+: /)]);
			for (const id of ids) expect(await scene.outcomes(id)).toEqual([true]);
		}
		const [id = ""] = await scene.archived(1, 100);
		const bad = await shell(scene, `${LIMITED} "$@" ${stream}`, "component", "Sample", "--", "false");
		expect(bad.code).toBe(1);
		expect(bad.err).toContain("error stdout cannot be written");
		expect(await scene.outcomes(id)).toEqual([false]);
	},
);

/** Lines of the log that are whole, and how many were told to be dropped. */
function counted(
	log: string,
	id: string,
): { readonly whole: number; readonly dropped: number; readonly notices: number } {
	const lines = log.split("\n").slice(0, -1);
	const bad = lines.filter((line) => !/^\d{4}-\d\d-\d\dT[\d:.]+Z (debug|info|warn) \S/.test(line));
	expect(bad).toEqual([]);
	expect(log.slice(-100)).toEndWith("\n");
	const notices = lines.flatMap((line) => /warn (\d+) log lines? w\w+ dropped here: /.exec(line)?.[1] ?? []);
	return {
		whole: lines.filter((line) => /: (y|end)$/.test(line) && line.includes(` info ${id}: `)).length,
		dropped: notices.reduce((sum, count) => sum + Number(count), 0),
		notices: notices.length,
	};
}

const LINES = 1_000_000;
/** Prints much, then waits until the reader reads again. */
const CHATTY = `yes | head -n ${LINES}; touch printed; until [ -e again ]; do sleep 0.05; done; echo end`;
const AGAIN = "until [ -e printed ]; do sleep 0.05; done; touch again; ";

test("a log reader that stalls: lines are dropped, counted and told once; none is cut, and the code is the work's", async () => {
	await using scene = await ComponentScene.create({ sessionTimeout: "4s" });
	const [id = ""] = await scene.archived(1);
	const line = `"$@" 2>&1 >out | { ${AGAIN} cat >log; }; exit $((PIPESTATUS[0]))`;
	const { code } = await shell(scene, line, "component", "Sample", "--", "sh", "-c", CHATTY);
	expect(code).toBe(0);
	expect(await scene.outcomes(id)).toEqual([true]);
	const log = await readFile(join(scene.folder, "log"), "utf8");
	const { whole, dropped, notices } = counted(log, id);
	expect({ all: whole + dropped, notices }).toEqual({ all: LINES + 1, notices: 1 });
	expect(dropped).toBeGreaterThan(LINES / 2);
	expect(/dropped here: .*/.exec(log)?.[0]).toBe("dropped here: their reader has stalled");
	expect(log.includes("in doubt")).toBe(false);
});

test("a disk that is full for a while: the same, as soon as there is room again", async () => {
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	const line = [
		"mkdir disk; mount -t tmpfs -o size=96m tmpfs disk; head -c 100597760 /dev/zero >disk/filler",
		`{ ${AGAIN.replace("touch again", "rm disk/filler; touch again")} } &`,
		'"$@" 2>disk/log >out; code=$?; cat disk/log; exit $code',
	].join("\n");
	const words = ["unshare", "-m", "bash", "-c", line, "bash", BINARY, "component", "Sample", "--", "sh", "-c", CHATTY];
	const { code, out } = await new Running(words, scene.env, scene.folder).ended();
	expect(code).toBe(0);
	// The line that was cut when the disk became full is ended, and counts as dropped.
	const lines = out.split("\n");
	const cut = lines.findIndex((it) => it.includes("dropped here")) - 1;
	const log = lines.filter((it, at) => at !== cut || it.endsWith(": y")).join("\n");
	const { whole, dropped, notices } = counted(log, id);
	expect({ all: whole + dropped, notices }).toEqual({ all: LINES + 1, notices: 1 });
	expect(/dropped here: .*/.exec(log)?.[0]).toContain("ENOSPC");
	expect(log.slice(-300)).toContain(`info ${id}: end\n`);
});

test("payload waits for a reader that is slower than the forced exit: all of it arrives", async () => {
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	const failure = `{"description":"${"d".repeat(9000)}"},`;
	const script = `{ printf '{"failures":['; yes '${failure}' | head -n 60; printf '{}]}'; } >"$TANGLES_RESULT"`;
	expect((await scene.run(script)).code).toBe(1);
	const { code, out, err } = await shell(
		scene,
		'"$@" | { sleep 4; cat; }; exit $((PIPESTATUS[0]))',
		"batches",
		"show",
		id,
		"--json",
	);
	expect({ code, err }).toEqual({ code: 0, err: "" });
	expect(out.length).toBeGreaterThan(500_000);
	expect(JSON.parse(out)).toMatchObject({ _id: id });
});

test("the log's pipe stays as it was for the other programs that write to it", async () => {
	await using scene = await ComponentScene.create();
	const flags = "awk '/flags/ { print $2 }' /proc/self/fdinfo/2 >>flags";
	const line = `{ ${flags}; "$@"; ${flags}; } 2>&1 >/dev/null | cat`;
	await shell(scene, line, "locks", "ls", "--what");
	const [before = "none", after = ""] = await scene.lines("flags");
	expect(after).toBe(before);
});

test.each([">both 2>&1", "2>&1 | cat >both"])("stdout and stderr in one place stay in order: %s", async (into) => {
	await using scene = await ComponentScene.create({ components: { Sample: { ...SAMPLE, "queue-length": 20 } } });
	const ids = await scene.archived(20);
	const line = `"$@" ${into}; exit $((PIPESTATUS[0]))`;
	expect((await shell(scene, line, "component", "Sample", "--", "sh", "-c", "echo hello")).code).toBe(0);
	const seen = (await scene.lines("both")).flatMap((it) => /hello|Worked on/.exec(it)?.[0] ?? []);
	expect(seen).toEqual(ids.flatMap(() => ["hello", "Worked on"]));
});
