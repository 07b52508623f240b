import type { Fault } from "../../base/fault.ts";
import { printable } from "../../base/printable.ts";
import { isName } from "../../line/batches/names.ts";
import { EVENT_OUTCOMES } from "../batch-list.ts";
import type { WrongQuery } from "../batch-query.ts";
import type { PageContext } from "./context.ts";
import { plainName } from "./text.tsx";

interface FilterProps {
	/** What the fields have, as an address has it; it need not be a legal filter. */
	readonly parameters: URLSearchParams;
	/** Types of event that can be chosen, beside the one that is. */
	readonly events: readonly string[];
	readonly faults?: WrongQuery["faults"];
	readonly ctx: PageContext;
}

const OUTCOMES = { done: "succeeded", failed: "failed", never: "never happened" } as const;
/** What is kept from form to form, and has no field. */
const HIDDEN = ["sort", "limit"] as const;
const LONGEST_OPTION = 60;
/** No legal one is longer. */
const LONGEST_WRITTEN = 4096;

/** The parameters that have a field of the form, whose id is their name. */
export const FILTER_FIELDS: readonly string[] = ["text", "type", "event", "outcome", "older", "younger"];

interface FieldProps {
	readonly name: string;
	readonly label: string;
	readonly fault: Fault | undefined;
}

/** How a field says that it has a fault, to those who cannot see it. */
const faultMarks = ({ name, fault }: Pick<FieldProps, "name" | "fault">) =>
	fault === undefined ? {} : { "aria-invalid": "true" as const, "aria-describedby": `${name}-fault` };

function FieldFault({ name, fault }: Pick<FieldProps, "name" | "fault">) {
	if (fault === undefined) return null;
	return (
		<p class="wrong-field" id={`${name}-fault`}>
			<span aria-hidden="true">✗</span> {fault.hint ?? fault.message}
		</p>
	);
}

function TextField({ name, label, value, placeholder, fault }: FieldProps & { value: string; placeholder: string }) {
	return (
		<div class="field">
			<label for={name}>{label}</label>
			<input
				{...{ id: name, name, value, placeholder, ...faultMarks({ name, fault }) }}
				autocomplete="off"
				spellcheck={false}
			/>
			<FieldFault name={name} fault={fault} />
		</div>
	);
}

interface ChoiceProps extends FieldProps {
	readonly value: string;
	readonly options: readonly (readonly [value: string, said: string])[];
}

function Choice({ name, label, value, options, fault }: ChoiceProps) {
	return (
		<div class="field">
			<label for={name}>{label}</label>
			<select {...{ id: name, name, ...faultMarks({ name, fault }) }}>
				{options.map(([option, said]) => (
					<option value={option} selected={option === value}>
						{said}
					</option>
				))}
			</select>
			<FieldFault name={name} fault={fault} />
		</div>
	);
}

/** The form of the filter; it works by GET, so that each list has an address of its own. */
export function BatchFilterForm({ parameters, events, faults, ctx }: FilterProps) {
	// What is not legal may be any text.
	const written = (name: string) => printable(parameters.getAll(name).join(",").slice(0, LONGEST_WRITTEN));
	const field = (name: string, label: string) => ({ name, label, value: written(name), fault: faults?.get(name) });
	// What others have called by no name cannot be asked for.
	const offered = new Set(["", ...events.filter(isName), written("event")]);
	return (
		<search>
			<form class="filter" method="get" action={`${ctx.basePath}/batches`} aria-label="Filter of the batches">
				<TextField {...field("text", "Id begins with")} placeholder="B4000220" />
				<TextField {...field("type", "Types")} placeholder="Newspaper,Film" />
				<Choice
					{...field("event", "Event")}
					options={[...offered].map((name) => [name, name === "" ? "any" : plainName(name, LONGEST_OPTION)])}
				/>
				<Choice {...field("outcome", "Which has")} options={EVENT_OUTCOMES.map((name) => [name, OUTCOMES[name]])} />
				<TextField {...field("older", "Older than")} placeholder="20d" />
				<TextField {...field("younger", "Younger than")} placeholder="5h" />
				{HIDDEN.filter((name) => written(name) !== "" && faults?.has(name) !== true).map((name) => (
					<input type="hidden" name={name} value={written(name)} />
				))}
				<div class="buttons">
					<button type="submit">Show</button> <a href={`${ctx.basePath}/batches`}>Show all</a>
				</div>
			</form>
		</search>
	);
}
