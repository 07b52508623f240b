import { writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import pkg from "../../package.json" with { type: "json" };
import { needed } from "./figures.ts";

/** What a run of all benches leaves; not kept by git, because it tells of one machine on one day. */
const FILE = "scripts/benches/RESULTS.md";

export interface Section {
	readonly name: string;
	/** What, value, reach. */
	readonly rows: readonly (readonly string[])[];
}

const cells = (row: readonly string[]) => `| ${row.join(" | ")} |`;

function tableOf({ name, rows }: Section): string {
	return [cells([name, "", "reach"]), cells(["---", "---", "---"]), ...rows.map(cells)].join("\n");
}

/** Writes all figures with machine, versions and date. */
export async function writeResults(sections: readonly Section[]): Promise<void> {
	const [processor] = cpus();
	const machine = `${cpus().length} x ${processor?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
	const versions = `tangles ${pkg.version}, bun ${Bun.version}, ${needed("BENCH_SERVERS")}`;
	const head = `# Results of ${new Date().toISOString().slice(0, 10)}\n\n${machine}; ${versions}.`;
	await writeFile(FILE, `${[head, ...sections.map(tableOf)].join("\n\n")}\n`);
}
