import { type Cell, ENDINGS, KINDS, runCell, WAYS, type Way } from "../test/support/containment.ts";

// Prints what becomes of work that leaves its process group, for all ways x endings x kinds: see scripts/README.md.
const AT_ONCE = Number(process.env.AT_ONCE ?? 8);
const only = process.argv[2] ?? "";
const cells: Cell[] = KINDS.flatMap((kind) =>
	(Object.keys(WAYS) as Way[]).flatMap((way) => ENDINGS.map((ending) => ({ kind, way, ending }))),
).filter((cell) => `${cell.kind}, ${cell.way}, ${cell.ending}`.includes(only));
let failed = 0;

async function lane(): Promise<void> {
	for (let cell = cells.shift(); cell !== undefined; cell = cells.shift()) {
		const name = `${cell.kind.padEnd(16)}  ${cell.way.padEnd(16)}  ${cell.ending.padEnd(10)}`;
		try {
			const { lastTickMs, deadMs, outlived, lockKept, code, told } = await runCell(cell);
			const life = outlived ? `lives on (lock kept: ${lockKept ?? "-"})` : `dead after ${deadMs} ms`;
			console.log(
				`${name}  last tick ${String(lastTickMs).padStart(5)} ms  ${life.padEnd(30)}  exit ${String(code).padStart(3)}  ${told}`,
			);
		} catch (error) {
			failed += 1;
			console.log(`${name}  FAILED ${error instanceof Error ? error.message : String(error)}`);
		}
	}
}

await Promise.all(Array.from({ length: AT_ONCE }, lane));
process.exit(failed === 0 ? 0 : 1);
