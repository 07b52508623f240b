import { ComponentScene } from "../../test/support/component-scene.ts";
import { HeartbeatGap } from "../../test/support/heartbeat-gap.ts";
import { Run } from "../../test/support/tangles.ts";
import type { Figure } from "./figures.ts";

/** The shortest session the benches' server grants: a heartbeat every sixth of it, work is frozen after two thirds. */
const SESSION_MS = 4000;
const LINE = "x".repeat(99);
const FAILURE = `{"type":"t","description":"${"d".repeat(70)}"},`;

interface Load {
	readonly what: string;
	readonly script: string;
	readonly flags: readonly string[];
}

const LOADS: readonly Load[] = [
	{ what: "a silent child", script: "sleep 5", flags: [] },
	{ what: "1 GB in lines of 2 bytes, -q", script: "yes | head -c 1000000000", flags: ["-q"] },
	{ what: "1 GB in lines of 100 bytes, logged", script: `yes ${LINE} | head -c 1000000000`, flags: [] },
	{ what: "100 MB in lines of 2 bytes, logged", script: "yes | head -c 100000000", flags: [] },
	{
		what: "100,000 log lines a second, for 10 s",
		script: "for i in $(seq 100); do yes | head -n 10000; sleep 0.1; done",
		flags: [],
	},
	{
		what: "a report of 200 MB",
		script: `{ printf '{"failures":['; yes '${FAILURE}' | head -n 2000000; printf '{}]}'; } >"$TANGLES_RESULT"; false`,
		flags: [],
	},
];

/** The largest time between two requests of a component's session, under what its child can do to it. */
export async function heartbeat(): Promise<Figure[]> {
	const figures: Figure[] = [];
	for (const { what, script, flags } of LOADS) {
		await using scene = await ComponentScene.create({ sessionTimeout: `${SESSION_MS}ms` });
		await scene.archived(1);
		const gap = new HeartbeatGap(scene.locks.proxy);
		const began = performance.now();
		const words = ["component", "Sample", ...flags, "--", "sh", "-c", script, scene.folder];
		// The lines go to a program that throws them away: reading them here would hold up what is measured.
		const count = '"$@" 2>&1 >/dev/null | wc -c; exit $((PIPESTATUS[0]))';
		const { code, out } = await new Run(words, scene.env, scene.folder, ["bash", "-c", count, "bash"]).ended();
		if (code > 1) throw new Error(`${what}: exit ${code}`);
		const seconds = ((performance.now() - began) / 1000).toFixed(1);
		figures.push({
			what,
			value: `${gap.largestMs} ms (${seconds} s, ${(Number(out) / 1e6).toFixed(0)} MB of log)`,
			reach: `< ${Math.round((SESSION_MS * 2) / 3)} ms, the freeze`,
		});
	}
	return figures;
}
