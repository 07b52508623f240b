import type { Child } from "hono/jsx";
import type { QueueDocument } from "../../enumeration/stencils/documents.ts";
import type { EnumerationView, LocksView, Pace, SiteLook } from "../look.ts";
import type { PageContext } from "./context.ts";
import { FindingList } from "./findings.tsx";
import { Layout } from "./layout.tsx";
import { LineTable, OverdueTable } from "./line-tables.tsx";
import { Source } from "./source.tsx";
import { State } from "./state.tsx";
import { grouped, Name } from "./text.tsx";
import { spanText } from "./time.tsx";

interface FactProps {
	readonly name: string;
	readonly children: Child;
	/** What the number is about, below it. */
	readonly note?: Child;
}

function Fact({ name, children, note }: FactProps) {
	return (
		<div>
			<dt>{name}</dt>
			<dd>
				<b>{children}</b>
				{note !== undefined && <small>{note}</small>}
			</dd>
		</div>
	);
}

function EnumerationFacts({ view, pace }: { view: EnumerationView | null; pace: Pace | undefined }) {
	if (view === null) {
		return (
			<p class="note">
				No enumeration yet: <code>tangles init</code> begins one.
			</p>
		);
	}
	const { completed_tcn, max_tcn, in_work } = view;
	const pushed = in_work.reduce((sum, it) => sum + (it.pushed ?? 0), 0);
	const total = in_work.reduce((sum, it) => sum + (it.total ?? 0), 0);
	const left = pace?.seconds_left ?? null;
	const tcn = in_work[0]?.tcn ?? completed_tcn + 1;
	return (
		<dl class="facts">
			<Fact name="Complete up to TCN" note={`of ${max_tcn}`}>
				{completed_tcn}
			</Fact>
			<Fact
				name="In work"
				note={in_work.length === 0 ? "no stencil begun" : `${grouped(pushed)} of ${grouped(total)} jobs`}
			>
				{completed_tcn >= max_tcn && in_work.length === 0 ? "nothing" : `TCN ${tcn}`}
			</Fact>
			<Fact name="Jobs per second">{pace === undefined ? "–" : grouped(pace.jobs_per_second)}</Fact>
			<Fact name={`Time left for TCN ${tcn}`}>{left === null ? "–" : spanText(left)}</Fact>
		</dl>
	);
}

function QueueFacts({ queue }: { queue: QueueDocument }) {
	const { name, paused, resume, enqueued, working, scheduled, retries, dead, oldest_seconds, workers } = queue;
	return (
		<>
			{paused !== "no" && (
				<div class="fault">
					<p>
						<strong>
							<span aria-hidden="true">✗</span> The queue <Name text={name} /> is {paused === "yes" ? "" : "perhaps "}
							paused.
						</strong>
					</p>
					{resume !== undefined && (
						<p class="hint">
							Hint: <Name text={resume} most={400} />
						</p>
					)}
				</div>
			)}
			<dl class="facts">
				<Fact name="Enqueued">{grouped(enqueued)}</Fact>
				<Fact name="Oldest enqueued">{oldest_seconds === null ? "–" : spanText(oldest_seconds)}</Fact>
				<Fact name="Working">{grouped(working)}</Fact>
				<Fact name="Workers" note="of all queues">
					{workers === null ? "–" : grouped(workers)}
				</Fact>
				<Fact name="Scheduled">{grouped(scheduled)}</Fact>
				<Fact name="To be retried">{retries > 0 ? <State is="warning">{grouped(retries)}</State> : "0"}</Fact>
				<Fact name="Dead">{dead > 0 ? <State is="failed">{grouped(dead)}</State> : "0"}</Fact>
			</dl>
		</>
	);
}

function LockFacts({ view, ctx }: { view: LocksView; ctx: PageContext }) {
	const { counts } = view;
	const held = [
		["Held by tangles", counts.tangles],
		["Held by Curator, flat", counts.curator_flat],
		["Held by Curator, v2", counts.curator_v2],
		["Held by others", counts.foreign],
		["Left over", counts.leftover],
		["Not readable", counts.not_readable],
	] as const;
	return (
		<dl class="facts">
			{held
				.filter(([name, count]) => count > 0 || name === "Held by tangles")
				.map(([name, count]) => (
					<Fact name={name}>{grouped(count)}</Fact>
				))}
			<Fact name="Waiting">
				{counts.waiting > 0 ? <a href={`${ctx.basePath}/locks`}>{grouped(counts.waiting)}</a> : "0"}
			</Fact>
		</dl>
	);
}

/** What is wrong, what runs, what waits, and what should have happened and did not. */
export function overviewPage(look: SiteLook, ctx: PageContext) {
	const { enumeration, queue, locks, line, overdue, pace } = look;
	return (
		<Layout title="Overview" ctx={ctx}>
			<FindingList look={look} ctx={ctx} />
			{line !== undefined && (
				<section aria-labelledby="line">
					<h2 id="line">The line</h2>
					<Source source={line} name="the components" ctx={ctx}>
						{(stations) => <LineTable line={stations} ctx={ctx} />}
					</Source>
				</section>
			)}
			{overdue !== undefined && (
				<section aria-labelledby="overdue">
					<h2 id="overdue">What should have happened and did not</h2>
					<Source source={overdue} name="what is overdue" ctx={ctx}>
						{(document) => <OverdueTable document={document} ctx={ctx} />}
					</Source>
				</section>
			)}
			{enumeration !== undefined && (
				<section aria-labelledby="enumeration">
					<h2 id="enumeration">
						<a href={`${ctx.basePath}/enumeration`}>The enumeration</a>
					</h2>
					<Source source={enumeration} name="the enumeration" ctx={ctx}>
						{(view) => <EnumerationFacts view={view} pace={pace} />}
					</Source>
				</section>
			)}
			{queue !== undefined && (
				<section aria-labelledby="queue">
					<h2 id="queue">The queue</h2>
					<Source source={queue} name="the queue" ctx={ctx}>
						{(counts) => <QueueFacts queue={counts} />}
					</Source>
				</section>
			)}
			{locks !== undefined && (
				<section aria-labelledby="locks">
					<h2 id="locks">
						<a href={`${ctx.basePath}/locks`}>The locks</a>
					</h2>
					<Source source={locks} name="the locks" ctx={ctx}>
						{(view) => <LockFacts view={view} ctx={ctx} />}
					</Source>
				</section>
			)}
		</Layout>
	);
}
