import { type NodeView, UNKNOWN } from "../../locks/inspect-lock.ts";
import type { LockQueue, LocksView, SiteLook } from "../look.ts";
import type { PageContext } from "./context.ts";
import { Layout } from "./layout.tsx";
import { Source } from "./source.tsx";
import { State } from "./state.tsx";
import { Table } from "./table.tsx";
import { counted, grouped, Name } from "./text.tsx";
import { ageOf, spanText, Time } from "./time.tsx";

/** Rows of one page; a site with more asks `tangles locks ls`. */
const MOST_ROWS = 2000;
const MOST_NAMED = 20;

function HolderCell({ holders }: { holders: readonly NodeView[] }) {
	if (holders.length === 0) return <State is="idle">free</State>;
	return (
		<>
			{holders.map(({ holder, kind }) => (
				<span class="holder">
					<State is={kind === "leftover" || kind === "not readable" ? "warning" : "working"}>
						<Name text={holder} most={80} />
					</State>{" "}
					<span class="kind">{kind}</span>
				</span>
			))}
		</>
	);
}

/** `12 min`; a dash where nobody holds it, or the server does not say since when. */
function heldFor(holder: NodeView | undefined, ctx: PageContext): string {
	return holder === undefined || holder.since === UNKNOWN ? "–" : spanText(ageOf(holder.since, ctx));
}

/** The first of those that wait, each with its kind and since when; `count` is how many there are. */
function WaitingCell({ queue, count, ctx }: { queue: LockQueue | undefined; count: number; ctx: PageContext }) {
	const named = queue?.waiting ?? [];
	if (count === 0) return <>–</>;
	return (
		<>
			{named.map(({ holder, kind, since }) => (
				<span class="holder">
					<Name text={holder} most={80} />{" "}
					<span class="kind">
						{kind}
						{since !== UNKNOWN && `, for ${spanText(ageOf(since, ctx))}`}
					</span>
				</span>
			))}
			{count > named.length && (
				<span class="kind">{named.length === 0 ? "not listed here" : `and ${grouped(count - named.length)} more`}</span>
			)}
		</>
	);
}

function LockTable({ view, ctx }: { view: LocksView; ctx: PageContext }) {
	const { locks, not_readable } = view;
	const queues = new Map(view.queues.map((queue) => [queue.path, queue]));
	// Who waits, and who holds, are what people come for.
	const rows = locks
		.toSorted((a, b) => b.waiting - a.waiting || b.holders.length - a.holders.length || (a.path < b.path ? -1 : 1))
		.slice(0, MOST_ROWS)
		.map(({ path, holders, waiting }) => [
			<Name text={path} most={120} />,
			<HolderCell holders={holders} />,
			holders[0] === undefined ? "–" : <Time at={holders[0].since} ctx={ctx} />,
			heldFor(holders[0], ctx),
			grouped(waiting),
			<WaitingCell queue={queues.get(path)} count={waiting} ctx={ctx} />,
			holders[0] === undefined ? "–" : <Name text={holders[0].token} most={40} />,
		]);
	return (
		<>
			<Table
				caption={counted(locks.length, "lock", "locks")}
				columns={[
					"Lock",
					"Holder",
					"Since",
					"Held",
					{ name: "Waiting", number: true },
					"Who waits",
					{ name: "Token", number: true },
				]}
				rows={rows}
				empty="No locks: nobody holds or awaits one."
			/>
			{locks.length > MOST_ROWS && (
				<p class="note">
					The first {grouped(MOST_ROWS)} are shown; <code>tangles locks ls</code> and{" "}
					<a href={`${ctx.basePath}/api/locks`}>the JSON document</a> have all.
				</p>
			)}
			{not_readable.length > 0 && (
				<p class="note">
					<State is="warning">not readable</State>:{" "}
					{not_readable.slice(0, MOST_NAMED).map((path, at) => (
						<>
							{at > 0 && ", "}
							<Name text={path} />
						</>
					))}
					{not_readable.length > MOST_NAMED && `, and ${grouped(not_readable.length - MOST_NAMED)} more`}
				</p>
			)}
		</>
	);
}

/** Who holds what, since when, and who waits. */
export function locksPage({ locks }: SiteLook, ctx: PageContext) {
	return (
		<Layout title="Locks" ctx={ctx}>
			<Source source={locks} name="the locks" ctx={ctx} absent="No lock server is configured: there are no locks.">
				{(view) => <LockTable view={view} ctx={ctx} />}
			</Source>
			<p class="note">
				A lock is handled by <code>tangles locks show PATH</code>; nothing can be changed here.{" "}
				<a href={`${ctx.basePath}/api/locks`}>As JSON</a>
			</p>
		</Layout>
	);
}
