import type { EnumerationView, SiteLook, TcnFigures } from "../look.ts";
import type { PageContext } from "./context.ts";
import { Layout } from "./layout.tsx";
import { Source } from "./source.tsx";
import { State } from "./state.tsx";
import { Table } from "./table.tsx";
import { grouped } from "./text.tsx";
import { spanText } from "./time.tsx";
import { Triangle } from "./triangle.tsx";

const BAR_UNITS = 160;
const BAR_HEIGHT = 12;

/** A bar of the logarithm of a count, beside the count of the longest one. */
function Bar({ count, most, isComplete }: { count: number; most: number; isComplete: boolean }) {
	const width = count <= 0 || most <= 1 ? 0 : (BAR_UNITS * Math.log10(count + 1)) / Math.log10(most + 1);
	return (
		<svg
			class="bar"
			viewBox={`0 0 ${BAR_UNITS} ${BAR_HEIGHT}`}
			width={BAR_UNITS}
			height={BAR_HEIGHT}
			aria-hidden="true"
		>
			<rect
				class={isComplete ? "filled" : "outline"}
				x="1"
				y="1"
				width={Math.max(1, width - 2)}
				height={BAR_HEIGHT - 2}
				rx="2"
			/>
		</svg>
	);
}

function TcnTable({ view }: { view: EnumerationView }) {
	const { figures, tcns, completed_tcn, in_work } = view;
	const most = Math.max(1, ...figures.map(({ tangles }) => tangles));
	const states = new Map(tcns.map((each) => [each.tcn, each]));
	const stateOf = ({ tcn }: TcnFigures) => {
		if (tcn <= completed_tcn) return <State is="complete" />;
		if (in_work.some((stencil) => stencil.tcn === tcn)) return <State is="started">in work</State>;
		const stencils = states.get(tcn);
		return (stencils?.complete ?? 0) > 0 ? <State is="started">in work</State> : <State is="new">to come</State>;
	};
	return (
		<Table
			caption="What each TCN has: numbers of tangles and jobs are exact, by formula"
			columns={[
				{ name: "TCN", number: true },
				"State",
				{ name: "Jobs", number: true },
				{ name: "Tangles", number: true },
				"On a scale of powers of ten",
				{ name: "Good", number: true },
				{ name: "Took", number: true },
			]}
			rows={figures.map((each) => [
				each.tcn,
				stateOf(each),
				grouped(each.jobs),
				grouped(each.tangles),
				<Bar count={each.tangles} most={most} isComplete={each.tcn <= completed_tcn} />,
				grouped(each.good),
				each.seconds === null ? "–" : spanText(each.seconds),
			])}
			empty="There is no TCN yet."
		/>
	);
}

function StencilTable({ view }: { view: EnumerationView }) {
	return (
		<Table
			caption="Stencils in work"
			columns={[
				"Stencil",
				{ name: "TCN", number: true },
				{ name: "Jobs pushed", number: true },
				{ name: "Of", number: true },
			]}
			rows={view.in_work.map(({ rootstock_tcn, scion_tcn, tcn, pushed, total }) => [
				`${rootstock_tcn}+${scion_tcn}`,
				tcn,
				pushed === undefined ? "–" : grouped(pushed),
				total === undefined ? "–" : grouped(total),
			])}
			empty="No stencil is in work."
		/>
	);
}

/** The triangle of stencils, those in work, and the figures of each TCN. */
export function enumerationPage({ enumeration }: SiteLook, ctx: PageContext) {
	return (
		<Layout title="Enumeration" ctx={ctx}>
			<Source source={enumeration} name="the enumeration" ctx={ctx} absent="No enumeration is configured here.">
				{(view) =>
					view === null ? (
						<p class="note">
							No enumeration yet: <code>tangles init</code> begins one.
						</p>
					) : (
						<>
							<p>
								Complete up to TCN <b>{view.completed_tcn}</b> of <b>{view.max_tcn}</b>.
							</p>
							<h2>Stencils</h2>
							<Triangle stencils={view.stencils} max={view.max_tcn} />
							<StencilTable view={view} />
							<h2>Tangles by TCN</h2>
							<TcnTable view={view} />
						</>
					)
				}
			</Source>
			<p class="note">
				<a href={`${ctx.basePath}/api/enumeration`}>As JSON</a>
			</p>
		</Layout>
	);
}
