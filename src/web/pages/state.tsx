import type { Child } from "hono/jsx";
import type { StateName } from "../../enumeration/stencils/ports.ts";
import type { CellState } from "../batch-list.ts";

export type Mark = Exclude<CellState, "none"> | StateName | "warning" | "idle";

/** Each state has a sign of its own, so that none is told by its colour alone. */
const SIGNS: Readonly<Record<Mark, string>> = {
	done: "✓",
	failed: "✗",
	working: "▶",
	waiting: "●",
	stopped: "■",
	new: "○",
	started: "▶",
	no_headroom: "‖",
	complete: "✓",
	warning: "!",
	idle: "–",
};

/** A state by its sign, its word and its colour. */
export function State({ is, children }: { readonly is: Mark; readonly children?: Child }) {
	return (
		<span class={`state ${is}`}>
			<span aria-hidden="true">{SIGNS[is]}</span> {children ?? is.replace("_", " ")}
		</span>
	);
}
