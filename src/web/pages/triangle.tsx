import type { TriangleStencil } from "../look.ts";
import { grouped } from "./text.tsx";

/** Side of a stencil's square, and the room for labels, in units of the picture. */
const SIDE = 18;
const LABELS = 26;
const INSET = 1.5;
/** A picture of more has squares that nobody can see. */
const MOST_TCN = 60;

const WORDS = { new: "new", started: "started", no_headroom: "no headroom", complete: "complete" } as const;

function titleOf({ rootstock_tcn, scion_tcn, tcn, state, pushed, total }: TriangleStencil): string {
	const jobs =
		pushed === undefined ? "" : `, ${grouped(pushed)}${total === undefined ? "" : ` of ${grouped(total)}`} jobs`;
	return `${rootstock_tcn}+${scion_tcn} (TCN ${tcn}): ${WORDS[state]}${jobs}`;
}

/** One stencil: an outline, filled from below as far as it is pushed. */
function Square({ stencil, x, y }: { stencil: TriangleStencil; x: number; y: number }) {
	const { state, pushed = 0, total = 0 } = stencil;
	const side = SIDE - 2 * INSET;
	const share = state === "complete" ? 1 : total > 0 ? Math.min(1, pushed / total) : 0;
	const filled = side * share;
	return (
		<g class={`stencil ${state}`}>
			<title>{titleOf(stencil)}</title>
			<rect class="outline" x={x + INSET} y={y + INSET} width={side} height={side} rx="2" />
			{filled > 0 && (
				<rect class="filled" x={x + INSET} y={y + INSET + side - filled} width={side} height={filled} rx="2" />
			)}
		</g>
	);
}

/**
 * The stencils as a triangle: rootstock TCN downwards, scion TCN to the right. Each has its state in words as its title;
 * the tables below name those in work.
 */
export function Triangle({ stencils, max }: { stencils: readonly TriangleStencil[]; max: number }) {
	const shown = stencils.filter(({ tcn }) => tcn <= MOST_TCN);
	if (shown.length === 0) return <p class="note">There are no stencils yet.</p>;
	const rootstocks = [...new Set(shown.map(({ rootstock_tcn }) => rootstock_tcn))].toSorted((a, b) => a - b);
	const scions = [...new Set(shown.map(({ scion_tcn }) => scion_tcn))].toSorted((a, b) => a - b);
	const row = new Map(rootstocks.map((tcn, at) => [tcn, LABELS + at * SIDE]));
	const column = new Map(scions.map((tcn, at) => [tcn, LABELS + at * SIDE]));
	const width = LABELS + scions.length * SIDE + 2;
	const height = LABELS + rootstocks.length * SIDE + 2;
	return (
		<figure class="scroll" tabindex={0} aria-label="The stencils as a triangle">
			<svg
				class="triangle"
				viewBox={`0 0 ${width} ${height}`}
				width={width}
				height={height}
				role="img"
				aria-label="Each stencil by its state: rootstock TCN from top to bottom, scion TCN from left to right"
			>
				{scions.map((tcn) => (
					<text x={(column.get(tcn) ?? 0) + SIDE / 2} y={LABELS - 8} text-anchor="middle">
						{tcn}
					</text>
				))}
				{rootstocks.map((tcn) => (
					<text x={LABELS - 8} y={(row.get(tcn) ?? 0) + SIDE / 2 + 4} text-anchor="end">
						{tcn}
					</text>
				))}
				{shown.map((stencil) => (
					<Square stencil={stencil} x={column.get(stencil.scion_tcn) ?? 0} y={row.get(stencil.rootstock_tcn) ?? 0} />
				))}
			</svg>
			<figcaption>
				<ul class="legend">
					{(["new", "started", "no_headroom", "complete"] as const).map((state) => (
						<li>
							<svg class="triangle" viewBox={`0 0 ${SIDE} ${SIDE}`} width={SIDE} height={SIDE} aria-hidden="true">
								<Square
									stencil={{ rootstock_tcn: 0, scion_tcn: 0, tcn: 0, state, pushed: 1, total: state === "new" ? 0 : 2 }}
									x={0}
									y={0}
								/>
							</svg>{" "}
							{WORDS[state]}
						</li>
					))}
				</ul>
				Rows: TCN of the rootstock; columns: TCN of the scion; filled as far as its jobs are pushed.
				{max > MOST_TCN && ` The picture ends at TCN ${MOST_TCN}.`}
			</figcaption>
		</figure>
	);
}
