import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BINARY } from "../support/tangles.ts";
import { judge } from "./checker/findings.ts";
import { gather, parseHistory } from "./checker/history.ts";
import { summary } from "./checker/summary.ts";
import { soak } from "./soak.ts";

/** Test files run side by side: servers and clients wait for a processor, for longer than on a host of their own. */
const SLACK_MS = 20_000;

test.each([
	{ plain: false, seconds: 65, seed: 181 },
	// On every host, so that the one without namespaces finds it in order.
	{ plain: true, seconds: 12, seed: 3 },
])(
	"while an ensemble fails in every way the locks hold: %o",
	async ({ plain, seconds, seed }) => {
		const folder = await mkdtemp(join(tmpdir(), "tangles-soak-"));
		const signal = new AbortController().signal;
		const settings = { tickMs: 500, syncLimit: 8, sessionMs: 4000, binary: BINARY };
		const path = await soak({ ...settings, plain, seconds, seed, folder, signal, log: () => {} });
		const history = gather(parseHistory(await Bun.file(path).text()));
		const findings = judge(history, SLACK_MS);
		console.log(summary(history, findings));
		expect(findings.violations).toEqual([]);
		expect(findings.nodes.both).toBeGreaterThan(0);
		expect(history.faults.length).toBeGreaterThan(0);
		expect(new Set(history.sections.map(({ kind }) => kind)).size).toBe(4);
		// Kept where it fails: what the clients said is there.
		await rm(folder, { recursive: true });
	},
	240_000,
);
