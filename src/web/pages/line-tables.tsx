import type { StationDocument } from "../../line/stations/document.ts";
import type { OverdueDocument } from "../documents.ts";
import { failedBatches } from "./batch-address.ts";
import type { PageContext } from "./context.ts";
import { State } from "./state.tsx";
import { Table } from "./table.tsx";
import { counted, grouped, Name } from "./text.tsx";
import { spanText, Time } from "./time.tsx";

const MOST_OVERDUE = 20;

/** What a run that went well says of itself. */
const WENT_WELL: readonly (string | null)[] = ["nothing ready", "worked"];

function LastRun({ station, ctx }: { station: StationDocument; ctx: PageContext }) {
	const { last_run, not_run_since } = station;
	if (last_run === null) return <State is="warning">never</State>;
	const { host, start, end, outcome } = last_run;
	return (
		<>
			{not_run_since !== null && (
				<>
					<State is="warning">not run since</State>{" "}
				</>
			)}
			<Time at={start} ctx={ctx} aged /> on <Name text={host} most={40} />
			{end === null && ", under way or killed"}
			{end !== null && outcome !== null && (
				<>
					{": "}
					{WENT_WELL.includes(outcome) ? (
						<Name text={outcome} most={60} />
					) : (
						<State is="failed">
							<Name text={outcome} most={60} />
						</State>
					)}
				</>
			)}
		</>
	);
}

/** How many have failed at a component, with the way to their list. */
function Failed({ station, ctx }: { station: StationDocument; ctx: PageContext }) {
	if (station.failed === 0) return "0";
	const list = failedBatches(station.event, ctx);
	const count = grouped(station.failed);
	return <State is="failed">{list === undefined ? count : <a href={list}>{count}</a>}</State>;
}

/** The components, with what is ready, worked on and failed at each. */
export function LineTable({ line, ctx }: { line: readonly StationDocument[]; ctx: PageContext }) {
	const some = (count: number, is: "waiting" | "working") =>
		count === 0 ? "0" : <State is={is}>{grouped(count)}</State>;
	return (
		<Table
			caption="Components in the order of the line"
			columns={[
				"Component",
				{ name: "Ready", number: true },
				{ name: "Working", number: true },
				{ name: "Failed", number: true },
				"Oldest ready",
				"Last run",
			]}
			rows={line.map((station) => [
				<Name text={station.component} most={60} />,
				some(station.ready, "waiting"),
				some(station.working, "working"),
				<Failed station={station} ctx={ctx} />,
				station.oldest === null ? "–" : <Time at={station.oldest} ctx={ctx} aged />,
				<LastRun station={station} ctx={ctx} />,
			])}
			empty="No component has run yet."
		/>
	);
}

/** What waits at a station for too long. */
export function OverdueTable({ document, ctx }: { document: OverdueDocument; ctx: PageContext }) {
	const { overdue, more } = document;
	return (
		<>
			<Table
				caption="Batches that wait for too long"
				columns={["Batch", "Waits at", "For the event", "Since", "Age"]}
				rows={overdue.slice(0, MOST_OVERDUE).map(({ id, component, event, since, age_s }) => [
					<a href={`${ctx.basePath}/batches/${encodeURIComponent(id)}`}>
						<Name text={id} />
					</a>,
					<Name text={component} most={60} />,
					<Name text={event} most={60} />,
					<Time at={since} ctx={ctx} />,
					spanText(age_s),
				])}
				empty="Nothing is overdue."
			/>
			{(more || overdue.length > MOST_OVERDUE) && (
				<p class="note">
					{counted(overdue.length, "batch", "batches")}
					{more ? " at least" : ""} in all; <a href={`${ctx.basePath}/api/overdue`}>the JSON document</a> has more.
				</p>
			)}
		</>
	);
}
