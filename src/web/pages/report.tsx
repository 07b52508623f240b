import type { Child } from "hono/jsx";
import type { BatchEvent } from "../../line/batches/batch.ts";
import type { ReportDocument } from "../../line/batches/report-in-full.ts";
import { readWritten, type Written as WrittenReport } from "../../line/component/report.ts";
import { isReportKey } from "../batch-query.ts";
import type { Sourced } from "../look.ts";
import type { PageContext } from "./context.ts";
import { Layout } from "./layout.tsx";
import { Source } from "./source.tsx";
import { Table } from "./table.tsx";
import { counted, grouped, Lines, Name } from "./text.tsx";
import { Time } from "./time.tsx";

const MOST_FAILURES = 100;
const LONGEST_FAILURE = 300;
const LONGEST_DETAILS = 4000;

/** How many failures a report has beside those that it names. */
function leftOutOf(details: string): number {
	const { failures_left_out: count } = JSON.parse(details) as { readonly failures_left_out?: unknown };
	return typeof count === "number" ? count : 0;
}

function Failures({ report, leftOut }: { report: WrittenReport; leftOut: number }) {
	const { failures } = report;
	return (
		<>
			<Table
				caption={counted(failures.length + leftOut, "failure", "failures")}
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
			{leftOut > 0 && <p class="note">{counted(leftOut, "failure was", "failures were")} counted and not kept.</p>}
		</>
	);
}

/** A component's report with its failures as a table, or text as it is; `whole` leads to all of a long text. */
function Written({ details, whole }: { details: string; whole: Child }) {
	// Text of others that happens to be JSON is no report.
	const report = details.startsWith("{") ? readWritten(details) : "";
	if (typeof report !== "string" && report.outcome !== undefined) {
		return <Failures report={report} leftOut={leftOutOf(details)} />;
	}
	const more = (
		<>
			Cut here: {whole} has all {grouped(details.length)} letters.
		</>
	);
	return <Lines text={details} most={LONGEST_DETAILS} more={more} />;
}

/** The details of an event; where the batch has their sums alone, what these are and where the rest is. */
export function Details({ id, event, ctx }: { id: string; event: BatchEvent; ctx: PageContext }) {
	const { details, report } = event;
	if (details.trim() === "") return null;
	const batch = encodeURIComponent(id);
	if (report === undefined) {
		return <Written details={details} whole={<a href={`${ctx.basePath}/api/batches/${batch}`}>the batch as JSON</a>} />;
	}
	const sums = details.startsWith("{") ? readWritten(details) : "";
	const isReport = typeof sums !== "string" && sums.outcome !== undefined;
	return (
		<p class="note">
			{isReport ? counted(leftOutOf(details), "failure", "failures") : <Name text={details} />}:{" "}
			{isReportKey(report) ? (
				<a href={`${ctx.basePath}/batches/${batch}/reports/${report}`}>the report in full</a>
			) : (
				"its report cannot be asked for"
			)}
		</p>
	);
}

/** The details of one event in full, which the batch itself has no more. `id` and `key` are what was asked for. */
export function reportPage(id: string, key: string, report: Sourced<ReportDocument>, ctx: PageContext) {
	const batch = `/batches/${encodeURIComponent(id)}`;
	const json = `${ctx.basePath}/api${batch}/reports/${key}`;
	return (
		<Layout title={`Report on ${id}`} ctx={ctx}>
			<p>
				<a href={`${ctx.basePath}${batch}`}>
					The batch <Name text={id} />
				</a>
			</p>
			<Source source={report} name="this report" ctx={ctx}>
				{({ event, type, time, details }) => (
					<>
						<p>
							<b>
								<Name text={type} most={80} />
							</b>
							, event {event}, <Time at={time} ctx={ctx} />
						</p>
						<Written details={details} whole={<a href={json}>the report as JSON</a>} />
					</>
				)}
			</Source>
			<p class="note">
				<a href={json}>As JSON</a>
			</p>
		</Layout>
	);
}
