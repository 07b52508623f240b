import type { EnumerationDocument, QueueDocument } from "../../enumeration/stencils/documents.ts";
import type { Enumeration, StateName, Stencil } from "../../enumeration/stencils/ports.ts";
import { STATE, shownState } from "../../enumeration/stencils/ports.ts";
import type { StationDocument } from "../../line/stations/document.ts";
import type { LockCounts } from "../../locks/lock-counts.ts";

/**
 * Everything in one look. A part is null where its server is not configured or did not answer: `errors` then says so.
 */
export interface Status {
	readonly time: string;
	readonly enumeration: EnumerationDocument | null;
	readonly queue: QueueDocument | null;
	readonly locks: LockCounts | null;
	readonly line: readonly StationDocument[] | null;
	readonly errors: readonly { readonly part: string; readonly error: string }[];
}

/** The stencils, counted. */
export function enumerationStatus(
	{ completedTcn, maxTcn }: Enumeration,
	stencils: readonly Stencil[],
): EnumerationDocument {
	const groups = Map.groupBy(stencils, ({ tcn }) => tcn);
	const count = (group: readonly Stencil[], state: StateName) => group.filter((it) => shownState(it) === state).length;
	const tcns = [...groups].map(([tcn, group]) => ({
		tcn,
		new: count(group, "new"),
		started: count(group, "started"),
		no_headroom: count(group, "no_headroom"),
		complete: count(group, "complete"),
	}));
	const begun = stencils.filter(({ state }) => state === STATE.started || state === STATE.noHeadroom);
	return {
		completed_tcn: completedTcn,
		max_tcn: maxTcn,
		tcns,
		in_work: begun.map(({ id, tcn, rootstockTcn, scionTcn, progress }) => ({
			...{ stencil: id, tcn, rootstock_tcn: rootstockTcn, scion_tcn: scionTcn },
			...(progress === undefined ? {} : { pushed: progress.pushed, total: progress.total }),
		})),
	};
}
