import { readFileSync } from "node:fs";
import { judge } from "./findings.ts";
import { gather, parseHistory } from "./history.ts";
import { summary } from "./summary.ts";

// Judges the history of a soak: prints what it shows, and exits with 1 on any violation. Argument: the file.

const [file] = process.argv.slice(2);
if (file === undefined) {
	console.error("usage: bun test/ensemble/checker/check.ts HISTORY");
	process.exit(64);
}
const history = gather(parseHistory(readFileSync(file, "utf8")));
const findings = judge(history);
console.log(summary(history, findings));
process.exitCode = findings.violations.length === 0 ? 0 : 1;
