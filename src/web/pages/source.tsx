import type { Child } from "hono/jsx";
import type { Sourced } from "../look.ts";
import type { PageContext } from "./context.ts";
import { Name } from "./text.tsx";
import { ageOf, spanText } from "./time.tsx";

interface SourceProps<T> {
	/** Undefined where the server is not configured. */
	readonly source: Sourced<T> | undefined;
	/** What it is called in messages, such as "the locks". */
	readonly name: string;
	readonly ctx: PageContext;
	/** What is said where no such server is configured; nothing is shown where it is absent. */
	readonly absent?: string;
	readonly children: (value: T) => Child;
}

/** A red line on what is wrong with a server now. */
function FaultLine({ source, name, ctx }: { source: Sourced<unknown>; name: string; ctx: PageContext }) {
	const { fault, faultSince, takenAt } = source;
	if (fault === undefined) return null;
	const since = faultSince === undefined ? "" : `, for ${spanText(ageOf(faultSince, ctx))}`;
	return (
		<div class="fault">
			<p>
				<strong>
					<span aria-hidden="true">✗</span> Not known now: {name}
					{since}.
				</strong>{" "}
				<Name text={fault.message} most={400} />
			</p>
			{fault.hint !== undefined && (
				<p class="hint">
					Hint: <Name text={fault.hint} most={400} />
				</p>
			)}
			{takenAt !== undefined && <p>What is shown in grey is {spanText(ageOf(takenAt, ctx))} old.</p>}
		</div>
	);
}

/** What a server says, or said last: then in grey, below a line that says what is wrong. */
export function Source<T>({ source, name, ctx, absent, children }: SourceProps<T>) {
	if (source === undefined) return absent === undefined ? null : <p class="note">{absent}</p>;
	const { value, fault } = source;
	return (
		<>
			<FaultLine source={source} name={name} ctx={ctx} />
			{value !== undefined && <div class={fault === undefined ? "fresh" : "stale"}>{children(value)}</div>}
			{value === undefined && fault === undefined && <p class="note">Not known yet: {name}.</p>}
		</>
	);
}
