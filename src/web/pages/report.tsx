import type { BatchEvent } from "../../line/batches/batch.ts";
import { readWritten, type Written } from "../../line/component/report.ts";
import type { PageContext } from "./context.ts";
import { Table } from "./table.tsx";
import { counted, Lines, Name } from "./text.tsx";

const MOST_FAILURES = 100;
const LONGEST_FAILURE = 300;
const LONGEST_DETAILS = 4000;

function Failures({ report }: { report: Written }) {
	const { failures } = report;
	return (
		<>
			<Table
				caption={counted(failures.length, "failure", "failures")}
				columns={["File", "Type", "Component", "What"]}
				rows={failures
					.slice(0, MOST_FAILURES)
					.map(({ filereference, type, component, description, details }) => [
						<Name text={filereference === "" ? "–" : filereference} most={120} />,
						<Name text={type} most={60} />,
						<Name text={component ?? "–"} most={60} />,
						<Name text={details === "" ? description : `${description}: ${details}`} most={LONGEST_FAILURE} />,
					])}
				empty="It names no failure."
			/>
			{failures.length > MOST_FAILURES && <p class="note">The first {MOST_FAILURES} are shown.</p>}
		</>
	);
}

/** The details of an event: a component's report with its failures as a table, or text as it is. */
export function Details({ id, event, ctx }: { id: string; event: BatchEvent; ctx: PageContext }) {
	const { details } = event;
	if (details.trim() === "") return null;
	// Text of others that happens to be JSON is no report.
	const report = details.startsWith("{") ? readWritten(details) : "";
	const whole = `${ctx.basePath}/api/batches/${encodeURIComponent(id)}`;
	const more = (
		<>
			Cut here: <a href={whole}>the whole batch as JSON</a> has all {details.length} letters.
		</>
	);
	if (typeof report === "string" || report.outcome === undefined) {
		return <Lines text={details} most={LONGEST_DETAILS} more={more} />;
	}
	return <Failures report={report} />;
}
