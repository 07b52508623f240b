import { expect, test } from "bun:test";
import {
	type Cell,
	type CellOutcome,
	ENDINGS,
	KINDS,
	outOfReach,
	runCell,
	WAYS,
	type Way,
} from "../support/containment.ts";

// Each way with each kind, the endings by turns; `scripts/containment-table` runs and prints all of them.

const SESSION_MS = 3000;
/** Two thirds of the session, and what the contract allows beside on a busy host. */
const FROZEN_BY_MS = (SESSION_MS * 2) / 3 + 500;
const AT_ONCE = 8;

const cells: Cell[] = KINDS.flatMap((kind, row) =>
	(Object.keys(WAYS) as Way[]).map((way, column) => {
		const ending = ENDINGS[(row * 2 + column) % ENDINGS.length] ?? "mute";
		return { kind, way, ending };
	}),
);

const CODES: Readonly<Record<Cell["ending"], number>> = {
	mute: 79,
	SIGTERM: 143,
	SIGKILL: 137,
	"time limit": 1,
	break: 79,
	"normal end": 0,
};

function check(outcome: CellOutcome): void {
	const { ending, lastTickMs, deadMs, told, code, lockKept } = outcome;
	// No cell is silent.
	expect(told).not.toBe("");
	if (outOfReach(outcome)) {
		expect(told).toMatch(/process \d+ \(\S+, uid \d+\)/);
		expect(code).toBe(ending === "SIGKILL" ? 137 : 79);
		expect(lockKept ?? true).toBe(true);
		return;
	}
	expect({ outlived: outcome.outlived, code }).toEqual({ outlived: false, code: CODES[ending] });
	if (ending === "mute") expect(lastTickMs).toBeLessThan(FROZEN_BY_MS);
	else expect(lastTickMs).toBeLessThan(1500);
	expect(deadMs).toBeLessThan(SESSION_MS + 1500);
}

const outcomes = new Map<string, Promise<CellOutcome>>();
const name = ({ kind, way, ending }: Cell) => `${kind}: ${way}, ${ending}`;

/** All cells, some at a time; each has a lock, a database and a folder of its own. */
function startAll(): void {
	const lanes: Promise<unknown>[] = Array.from({ length: AT_ONCE }, () => Promise.resolve());
	for (const [at, cell] of cells.entries()) {
		const lane = at % AT_ONCE;
		const outcome = (lanes[lane] ?? Promise.resolve()).then(() => runCell(cell));
		outcomes.set(name(cell), outcome);
		lanes[lane] = outcome.catch(() => undefined);
	}
}

test.each(cells.map((cell) => [name(cell)] as const))(
	"%s: all of it dead in time, or told and the lock kept",
	async (cell) => {
		if (outcomes.size === 0) startAll();
		const outcome = await outcomes.get(cell);
		if (outcome === undefined) throw new Error(`no cell ${cell}`);
		check(outcome);
	},
);
