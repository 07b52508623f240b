import { writeFile } from "node:fs/promises";
import { type Figure, measure, median } from "./figures.ts";

const RUNS = 60;

export async function startup(dir: string): Promise<Figure[]> {
	const source = `${dir}/empty.ts`;
	const empty = `${dir}/empty`;
	await writeFile(source, "");
	const flags = [
		"--compile",
		"--bytecode",
		"--format=esm",
		"--no-compile-autoload-dotenv",
		"--no-compile-autoload-bunfig",
	];
	await measure([process.execPath, "build", ...flags, source, "--outfile", empty], {
		PATH: process.env.PATH ?? "",
		HOME: process.env.HOME ?? dir,
	});
	const times = { empty: [] as number[], version: [] as number[], help: [] as number[] };
	for (let run = 0; run < RUNS; run += 1) {
		times.empty.push((await measure([empty])).ms);
		times.version.push((await measure(["dist/tangles", "--version"])).ms);
		times.help.push((await measure(["dist/tangles", "--help"])).ms);
	}
	const base = median(times.empty);
	const ms = (value: number) => `${value.toFixed(1)} ms`;
	const ratio = (value: number) => ({ value: (value / base).toFixed(2), reach: "<= 2" });
	return [
		{ what: "an empty compiled program", value: ms(base) },
		{ what: "tangles --version", value: ms(median(times.version)) },
		{ what: "tangles --help", value: ms(median(times.help)) },
		{ what: "--version / empty", ...ratio(median(times.version)) },
		{ what: "--help / empty", ...ratio(median(times.help)) },
	];
}
