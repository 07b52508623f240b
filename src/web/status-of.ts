import type { EnumerationDocument } from "../enumeration/stencils/documents.ts";
import type { EnumerationView, SiteLook, Sourced } from "./look.ts";

/** The enumeration as `tangles status` has it: without what only the picture needs. */
function enumerationOf(view: EnumerationView | null | undefined): EnumerationDocument | null {
	if (view == null) return null;
	const { completed_tcn, max_tcn, tcns, in_work } = view;
	return { completed_tcn, max_tcn, tcns, in_work };
}

/** The value of a source that answers now: `tangles status` shows no older ones. */
const now = <T>(source: Sourced<T> | undefined) => (source?.fault === undefined ? source?.value : undefined);

/** The parts of a look whose servers do not answer now. */
export function faultsIn({ enumeration, queue, locks, line, findings, overdue }: SiteLook) {
	const parts = { enumeration, queue, locks, line, findings, overdue };
	return Object.entries(parts).flatMap(([part, source]) =>
		source?.fault === undefined ? [] : [{ part, error: source.fault.message }],
	);
}

/** A look as the document of `tangles status --json`; a test holds the type to that of the verb. */
export function statusOf(look: SiteLook) {
	return {
		time: look.time.toISOString(),
		enumeration: enumerationOf(now(look.enumeration)),
		queue: now(look.queue) ?? null,
		locks: now(look.locks)?.counts ?? null,
		line: now(look.line) ?? null,
		errors: faultsIn(look).filter(({ part }) => part !== "findings" && part !== "overdue"),
	};
}
