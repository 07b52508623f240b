import { expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ComponentScene, SAMPLE } from "../support/component-scene.ts";
import { HeartbeatGap } from "../support/heartbeat-gap.ts";
import { Run } from "../support/tangles.ts";

/** The shortest session that the server grants here; without proof for two thirds of it work is frozen. */
const SESSION_MS = 4000;
const FREEZE_MS = (SESSION_MS * 2) / 3;

interface Load {
	readonly what: string;
	/** `$1` is the batch's id. */
	readonly script: string;
	readonly flags: readonly string[];
	readonly batches?: number;
	/** Bytes of talk that must have come, at least. */
	readonly talk: number;
}

const LONG = "x".repeat(99);
/**
 * Runs the words; prints how often the lock was in doubt, and writes how many bytes of talk there were. Nothing is
 * kept.
 */
const COUNT =
	'"$@" 2>&1 >/dev/null | { tee /dev/fd/3 | wc -c >bytes; } 3>&1 | grep -ac "in doubt"; exit $((PIPESTATUS[0]))';

// Each lasts longer than a session, also on a host with quicker processors than these two.
const LOADS: readonly Load[] = [
	{ what: "40 MB in lines of 2 bytes", script: "yes | head -c 40000000", flags: [], talk: 1_000_000_000 },
	{ what: "1 GB in lines of 2 bytes, -q", script: "yes | head -c 1000000000 >&2", flags: ["-q"], talk: 0 },
	{ what: "200 MB in lines of 100", script: `yes ${LONG} | head -c 200000000`, flags: [], talk: 200_000_000 },
	// Siblings: what else a child can write.
	{ what: "100 MB without a line end", script: "head -c 100000000 /dev/zero", flags: [], talk: 8192 },
	{ what: "20 MB of empty lines", script: "yes '' | head -c 20000000 >&2", flags: [], talk: 100_000_000 },
	{ what: "bytes that are no UTF-8", script: "head -c 30000000 /dev/urandom", flags: [], talk: 30_000_000 },
	{
		what: "both streams at once",
		script: "yes | head -c 10000000 & yes | head -c 10000000 >&2; wait",
		flags: [],
		talk: 1_000_000,
	},
	{ what: "eight children at once", script: "yes | head -c 3000000", flags: [], batches: 8, talk: 500_000_000 },
	{ what: "a byte a write", script: "dd if=/dev/zero bs=1 count=1000000 2>/dev/null", flags: [], talk: 8192 },
];

test.each(LOADS)(
	"$what: the heartbeats go out in time, the lock is never in doubt, the outcome is recorded",
	async (load) => {
		const components = { Sample: { ...SAMPLE, "queue-length": 8, "max-threads": 8 } };
		await using scene = await ComponentScene.create({ components, sessionTimeout: `${SESSION_MS}ms` });
		const ids = await scene.archived(load.batches ?? 1);
		const gap = new HeartbeatGap(scene.locks.proxy);
		const words = ["component", "Sample", ...load.flags, "--", "sh", "-c", load.script, scene.folder];
		const { code, out } = await new Run(words, scene.env, scene.folder, ["bash", "-c", COUNT, "bash"]).ended();
		const [doubts = ""] = out.trim().split("\n");
		const bytes = Number(await readFile(join(scene.folder, "bytes"), "utf8"));
		process.stderr.write(`${load.what}: heartbeat gap at most ${gap.largestMs} ms, talk ${bytes} bytes\n`);
		expect({ code, doubts }).toEqual({ code: 0, doubts: "0" });
		expect(bytes).toBeGreaterThanOrEqual(load.talk);
		if (load.flags.includes("-q")) expect(bytes).toBe(0);
		expect(gap.largestMs).toBeLessThan(FREEZE_MS);
		for (const id of ids) expect(await scene.outcomes(id)).toEqual([true]);
	},
);
