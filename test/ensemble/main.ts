import { readFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { judge } from "./checker/findings.ts";
import { gather, parseHistory } from "./checker/history.ts";
import { summary } from "./checker/summary.ts";
import { soak } from "./soak.ts";

// The soak as a command: see scripts/soak.

const { values } = parseArgs({
	options: {
		minutes: { type: "string", default: "10" },
		seed: { type: "string", default: "1" },
		binary: { type: "string", default: join(import.meta.dir, "../../dist/tangles") },
		folder: { type: "string" },
		tick: { type: "string", default: "500" },
		"sync-limit": { type: "string", default: "8" },
		session: { type: "string", default: "4000" },
		plain: { type: "boolean", default: false },
		only: { type: "string", default: "" },
	},
});
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
process.once("SIGTERM", () => stop.abort());
const folder = values.folder ?? (await mkdtemp(join(tmpdir(), "tangles-soak-")));
const path = await soak({
	seconds: Number(values.minutes) * 60,
	seed: Number(values.seed),
	...{ folder, binary: values.binary, plain: values.plain, signal: stop.signal },
	tickMs: Number(values.tick),
	syncLimit: Number(values["sync-limit"]),
	sessionMs: Number(values.session),
	only: values.only === "" ? [] : values.only.split(","),
	log: (text) => console.error(`${new Date().toISOString()} ${text}`),
});
const history = gather(parseHistory(readFileSync(path, "utf8")));
const findings = judge(history);
console.log(summary(history, findings));
console.error(`the history and what the clients said: ${folder}`);
process.exit(findings.violations.length === 0 ? 0 : 1);
