import type { DoctorLine } from "../../base/doctor-line.ts";
import type { StationDocument } from "../../line/stations/document.ts";
import type { SiteLook } from "../look.ts";
import { faultsIn } from "../status-of.ts";
import { failedBatches } from "./batch-address.ts";
import type { PageContext } from "./context.ts";
import { Source } from "./source.tsx";
import { State } from "./state.tsx";
import { counted, Name } from "./text.tsx";

const MOST_FINDINGS = 50;

function FindingItem({ line }: { line: DoctorLine }) {
	const { state, part, text, hint } = line;
	return (
		<li class={state}>
			<State is={state === "fail" ? "failed" : "warning"}>{state === "fail" ? "fails" : "warning"}</State>{" "}
			<b>
				<Name text={part} />
			</b>
			: <Name text={text} most={600} />
			{hint !== undefined && (
				<p class="hint">
					Hint: <Name text={hint} most={600} />
				</p>
			)}
		</li>
	);
}

/** The batches that have failed at a component. */
function FailedItem({ station, ctx }: { station: StationDocument; ctx: PageContext }) {
	const list = failedBatches(station.event, ctx);
	const count = counted(station.failed, "batch", "batches");
	return (
		<li class="fail">
			<State is="failed">{list === undefined ? count : <a href={list}>{count}</a>} failed</State> at{" "}
			<Name text={station.component} most={60} />
			<p class="hint">
				Hint: <code>tangles batches restart ID</code> sends one back once its cause is mended.
			</p>
		</li>
	);
}

/** What is wrong now, with its hint: what `tangles doctor` finds, and batches of the line that have failed. */
export function FindingList({ look, ctx }: { look: SiteLook; ctx: PageContext }) {
	const failed = (look.line?.value ?? []).filter((station) => station.failed > 0);
	const overdue = look.overdue?.value?.overdue.length ?? 0;
	const unknown = faultsIn(look).map(({ part }) => part);
	return (
		<section aria-labelledby="wrong" class="wrong">
			<h2 id="wrong">What is wrong</h2>
			<Source source={look.findings} name="what the checks say" ctx={ctx}>
				{({ lines }) => {
					const wrong = lines.filter(({ state }) => state !== "ok");
					const worst = wrong.toSorted((a, b) => Number(b.state === "fail") - Number(a.state === "fail"));
					if (wrong.length + failed.length + overdue + unknown.length === 0) {
						return (
							<p class="well">
								<State is="done">Nothing is wrong:</State> {counted(lines.length, "check is", "checks are")} well.
							</p>
						);
					}
					return (
						<ul class="findings">
							{unknown.map((part) => (
								<li class="fail">
									<State is="failed">not known now:</State> {part}
								</li>
							))}
							{failed.map((station) => (
								<FailedItem station={station} ctx={ctx} />
							))}
							{overdue > 0 && (
								<li class="warn">
									<State is="warning">{counted(overdue, "batch waits", "batches wait")} for too long</State>:{" "}
									<a href="#overdue">what should have happened and did not</a>
								</li>
							)}
							{worst.slice(0, MOST_FINDINGS).map((line) => (
								<FindingItem line={line} />
							))}
							{worst.length > MOST_FINDINGS && (
								<li>
									and {worst.length - MOST_FINDINGS} more: <a href={`${ctx.basePath}/api/doctor`}>the JSON document</a>
								</li>
							)}
						</ul>
					);
				}}
			</Source>
		</section>
	);
}
