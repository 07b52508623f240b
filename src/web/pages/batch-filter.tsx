import { isName } from "../../line/batches/names.ts";
import { type BatchColumn, type BatchQuery, EVENT_OUTCOMES } from "../batch-list.ts";
import type { PageContext } from "./context.ts";

interface FilterProps {
	readonly query: BatchQuery;
	readonly columns: readonly BatchColumn[];
	readonly ctx: PageContext;
}

const OUTCOMES = { done: "succeeded", failed: "failed", never: "never happened" } as const;

function TextField({
	name,
	label,
	value,
	placeholder,
}: {
	name: string;
	label: string;
	value: string;
	placeholder: string;
}) {
	return (
		<div class="field">
			<label for={name}>{label}</label>
			<input id={name} name={name} value={value} placeholder={placeholder} autocomplete="off" spellcheck={false} />
		</div>
	);
}

/** The form of the filter; it works by GET, so that each list has an address of its own. */
export function BatchFilterForm({ query, columns, ctx }: FilterProps) {
	const { types, event, outcome, text, older, younger, sort, limit } = query;
	// What others have called by no name cannot be asked for.
	const offered = columns.map((column) => column.event).filter(isName);
	const events = new Set([...offered, ...(event === undefined ? [] : [event])]);
	return (
		<search>
			<form class="filter" method="get" action={`${ctx.basePath}/batches`} aria-label="Filter of the batches">
				<TextField name="text" label="Id begins with" value={text} placeholder="B4000220" />
				<TextField name="type" label="Types" value={types.join(",")} placeholder="Newspaper,Film" />
				<div class="field">
					<label for="event">Event</label>
					<select id="event" name="event">
						<option value="">any</option>
						{[...events].map((name) => (
							<option value={name} selected={name === event}>
								{name}
							</option>
						))}
					</select>
				</div>
				<div class="field">
					<label for="outcome">Which has</label>
					<select id="outcome" name="outcome">
						{EVENT_OUTCOMES.map((name) => (
							<option value={name} selected={name === outcome}>
								{OUTCOMES[name]}
							</option>
						))}
					</select>
				</div>
				<TextField name="older" label="Older than" value={older ?? ""} placeholder="20d" />
				<TextField name="younger" label="Younger than" value={younger ?? ""} placeholder="5h" />
				{sort !== "first" && <input type="hidden" name="sort" value={sort} />}
				{limit !== 50 && <input type="hidden" name="limit" value={String(limit)} />}
				<div class="buttons">
					<button type="submit">Show</button> <a href={`${ctx.basePath}/batches`}>Show all</a>
				</div>
			</form>
		</search>
	);
}
