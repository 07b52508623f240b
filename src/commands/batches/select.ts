import { Fault } from "../../base/fault.ts";
import { ageFlag, countFlag } from "../../cli/flags.ts";
import { parseBatchId } from "../../line/batches/id.ts";
import { nameList } from "../../line/batches/names.ts";
import type { Selection } from "../../line/batches/selection.ts";

const NAMES = { type: "string", list: true, valueHint: "NAMES" } as const;

/** Flags that choose many batches in place of one. */
export const SELECT = {
	failed: { ...NAMES, description: "many: events of which the newest failed" },
	past: { ...NAMES, description: "many: events of which the newest succeeded" },
	future: { ...NAMES, description: "many: events that never happened" },
	older: ageFlag({ description: "of these, those that are so for longer, such as 20d" }),
	limit: countFlag({ least: 1, description: "of these, the first N" }),
	yes: { type: "boolean", description: "do not ask" },
} as const;

interface Selecting {
	readonly failed?: string | undefined;
	readonly past?: string | undefined;
	readonly future?: string | undefined;
	readonly older?: number | undefined;
	readonly limit?: number | undefined;
}

/** Many batches, and how many of them at most. */
export interface Many {
	readonly selection: Selection;
	readonly limit: number;
}

/** The batches that the flags choose; undefined where none of `--failed`, `--past` and `--future` is given. */
export function manyOf({ failed, past, future, older = 0, limit }: Selecting): Many | undefined {
	if (failed === undefined && past === undefined && future === undefined) {
		const given = limit === undefined ? older > 0 && "--older" : "--limit";
		if (given === false) return undefined;
		throw new Fault("usage", `${given} alone chooses no batches`, { hint: "give --failed, --past or --future too" });
	}
	const conditions = {
		...{ failed: nameList("--failed", failed), past: nameList("--past", past), future: nameList("--future", future) },
		...{ old: [], types: [] },
	};
	return { selection: { conditions, olderMs: older }, limit: limit ?? Number.POSITIVE_INFINITY };
}

/** The one batch that is named, or the many that the flags choose. Throws a usage fault for none and for both. */
export function oneOrMany(id: string | undefined, flags: Selecting): { readonly id: string } | Many {
	const many = manyOf(flags);
	if (many === undefined && id === undefined) {
		throw new Fault("usage", "missing argument ID", {
			hint: "name a batch, or choose many by --failed, --past, --future",
		});
	}
	if (many !== undefined && id !== undefined) {
		throw new Fault("usage", "ID and --failed, --past, --future exclude each other", {
			hint: "name one batch, or choose many",
		});
	}
	return many ?? parseBatchId(id ?? "");
}
