import type { Batch } from "../../line/batches/batch.ts";
import { newestOf, timeline } from "../../line/batches/derive.ts";
import type { BatchView } from "../batch-list.ts";
import type { Sourced } from "../look.ts";
import { Cell } from "./batches.tsx";
import type { PageContext } from "./context.ts";
import { Layout } from "./layout.tsx";
import { Details } from "./report.tsx";
import { Source } from "./source.tsx";
import { State } from "./state.tsx";
import { Table } from "./table.tsx";
import { counted, grouped, Name } from "./text.tsx";
import { Time } from "./time.tsx";

const MOST_EVENTS = 200;

/** Where it stands in the line: a step for each type of event. */
function Steps({ view, ctx }: { view: BatchView; ctx: PageContext }) {
	const { columns, cells } = view;
	return (
		<ol class="steps" aria-label="Where it stands in the line">
			{columns.map(({ event }, at) => (
				<li>
					<Name text={event} most={60} />
					<Cell cell={cells[at] ?? { state: "none" }} ctx={ctx} />
				</li>
			))}
		</ol>
	);
}

function Timeline({ batch, ctx }: { batch: Batch; ctx: PageContext }) {
	const counts = newestOf(batch.events);
	const newestFirst = timeline(batch.events).toReversed();
	if (newestFirst.length === 0) return <p class="note">Nothing has happened to it yet.</p>;
	return (
		<>
			<ol class="timeline">
				{newestFirst.slice(0, MOST_EVENTS).map((event) => (
					<li class={counts.get(event.type) === event ? "newest" : "superseded"}>
						<p>
							<Time at={event.time} ctx={ctx} /> <State is={event.success ? "done" : "failed"} />{" "}
							<b>
								<Name text={event.type} most={80} />
							</b>{" "}
							<span class="kind">
								by <Name text={event.agent} most={80} />
								{event.host !== undefined && (
									<>
										{" "}
										on <Name text={event.host} most={40} />
									</>
								)}
								{counts.get(event.type) !== event && ", superseded"}
							</span>
						</p>
						<Details id={batch.id} event={event} ctx={ctx} />
					</li>
				))}
			</ol>
			{newestFirst.length > MOST_EVENTS && (
				<p class="note">
					The newest {MOST_EVENTS} of {grouped(newestFirst.length)} events are shown.
				</p>
			)}
		</>
	);
}

function History({ batch, ctx }: { batch: Batch; ctx: PageContext }) {
	const removals = (batch.history ?? []).toReversed();
	return (
		<Table
			caption="What was taken away from it"
			columns={["When", "By", "Command", "Reason", "Events", "Put back"]}
			rows={removals.map(({ time, by, what, reason, removed, undone }) => [
				<Time at={time} ctx={ctx} />,
				<Name text={by} most={60} />,
				<Name text={what} most={40} />,
				<Name text={reason === "" ? "–" : reason} most={200} />,
				undone === undefined ? <Name text={removed.map(({ event }) => event.type).join(", ")} most={200} /> : "–",
				undone === undefined ? (
					"–"
				) : (
					<>
						{counted(undone.events, "event", "events")} by <Name text={undone.by} most={60} />
					</>
				),
			])}
			empty="Nothing was ever taken away from it."
		/>
	);
}

function LockRows({ view, ctx }: { view: BatchView; ctx: PageContext }) {
	return (
		<Table
			caption="Locks on it"
			columns={["Lock", "Holder", "Since", { name: "Waiting", number: true }]}
			rows={view.locks.map(({ path, holders: [holder], waiting }) => [
				<Name text={path} most={120} />,
				holder === undefined ? <State is="idle">free</State> : <Name text={holder.holder} most={80} />,
				holder === undefined ? "–" : <Time at={holder.since} ctx={ctx} />,
				grouped(waiting),
			])}
			empty="No component has it locked."
		/>
	);
}

function RoundTrips({ view, ctx }: { view: BatchView; ctx: PageContext }) {
	return (
		<ul class="trips">
			{view.roundTrips.map(({ id, last_event }) => (
				<li>
					{id === view.batch.id ? (
						<b aria-current="page">
							<Name text={id} />
						</b>
					) : (
						<a href={`${ctx.basePath}/batches/${encodeURIComponent(id)}`}>
							<Name text={id} />
						</a>
					)}
					{last_event !== undefined && (
						<span class="kind">
							{" "}
							<Name text={last_event} most={60} />
						</span>
					)}
				</li>
			))}
		</ul>
	);
}

function Whole({ view, ctx }: { view: BatchView; ctx: PageContext }) {
	const { batch } = view;
	return (
		<>
			<dl class="facts">
				<div>
					<dt>Type</dt>
					<dd>
						<Name text={batch.type} most={80} />
					</dd>
				</div>
				<div>
					<dt>Created</dt>
					<dd>
						<Time at={batch.created} ctx={ctx} />
					</dd>
				</div>
				<div>
					<dt>Last changed</dt>
					<dd>
						<Time at={batch.modified} ctx={ctx} />
					</dd>
				</div>
				<div>
					<dt>Times taken</dt>
					<dd>{grouped(batch.claim)}</dd>
				</div>
			</dl>
			<Steps view={view} ctx={ctx} />
			<h2>All round trips</h2>
			<RoundTrips view={view} ctx={ctx} />
			<h2>Lock</h2>
			<LockRows view={view} ctx={ctx} />
			<h2>Timeline</h2>
			<Timeline batch={batch} ctx={ctx} />
			<h2>History</h2>
			<History batch={batch} ctx={ctx} />
		</>
	);
}

/** One batch: where it stands, what happened to it, who holds it, its other round trips. `id` is what was asked for. */
export function batchPage(id: string, view: Sourced<BatchView>, ctx: PageContext) {
	return (
		<Layout title={`Batch ${id}`} ctx={ctx}>
			<Source source={view} name="this batch" ctx={ctx}>
				{(value) => <Whole view={value} ctx={ctx} />}
			</Source>
			<p class="note">
				<a href={`${ctx.basePath}/api/batches/${encodeURIComponent(id)}`}>As JSON</a>
			</p>
		</Layout>
	);
}
