import { Fault, isFault } from "../base/fault.ts";
import { readBatchId } from "../line/batches/id.ts";
import { isName } from "../line/batches/names.ts";
import { type BatchQuery, type BatchSort, EVENT_OUTCOMES, SORTS } from "./batch-list.ts";

const MOST_ROWS = 500;
const ROWS = 50;
const MOST_TYPES = 20;
const LONGEST_TEXT = 200;
const LONGEST_PLACE = 1000;
const UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const AGE = /^(\d{1,5})(m|h|d)$/;

function wrong(name: string, value: string, expected: string): Fault {
	return new Fault("usage", `${name} is ${JSON.stringify(value.slice(0, 100))}`, { hint: `expected ${expected}` });
}

/** Milliseconds of an age such as `20d`; undefined where it is none. */
export function readAge(text: string): number | undefined {
	const [, count, unit] = AGE.exec(text) ?? [];
	return unit === undefined ? undefined : Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
}

/** The parameter's value; undefined where it is not given, or left empty as a form does. */
function given(parameters: URLSearchParams, name: string): string | undefined {
	const value = parameters.get(name)?.trim();
	return value === "" ? undefined : value;
}

function oneOf<C extends string>(parameters: URLSearchParams, name: string, choices: readonly C[]): C | undefined {
	const value = given(parameters, name);
	if (value === undefined) return undefined;
	const found = choices.find((choice) => choice === value);
	if (found === undefined) throw wrong(name, value, choices.join(", "));
	return found;
}

function age(parameters: URLSearchParams, name: string): string | undefined {
	const value = given(parameters, name);
	if (value !== undefined && readAge(value) === undefined) throw wrong(name, value, "an age such as 20d, 5h or 30m");
	return value;
}

function name(parameters: URLSearchParams, parameter: string): string | undefined {
	const value = given(parameters, parameter);
	if (value !== undefined && !isName(value)) throw wrong(parameter, value, "a name");
	return value;
}

/** The types of batch: the parameter may be given again, and be a comma list. */
function typesIn(parameters: URLSearchParams): string[] {
	const types = parameters
		.getAll("type")
		.flatMap((list) => list.split(","))
		.map((type) => type.trim())
		.filter((type) => type !== "");
	const bad = types.find((type) => !isName(type));
	if (bad !== undefined) throw wrong("type", bad, "names of types");
	if (types.length > MOST_TYPES) throw wrong("type", types.join(","), `up to ${MOST_TYPES} types`);
	return [...new Set(types)].toSorted();
}

/** How an id begins: the `B` in front may be left out. */
function idStart(parameters: URLSearchParams): string {
	const text = given(parameters, "text") ?? "";
	if (text.length > LONGEST_TEXT || /\p{C}/u.test(text)) throw wrong("text", text, "the beginning of a batch's id");
	return text;
}

function place(parameters: URLSearchParams, parameter: "after" | "before"): string | undefined {
	const value = given(parameters, parameter);
	if (value !== undefined && (value.length > LONGEST_PLACE || !/^[\w-]+$/.test(value))) {
		throw wrong(parameter, value, "what a page of the list gave");
	}
	return value;
}

function rows(parameters: URLSearchParams): number {
	const value = given(parameters, "limit");
	if (value === undefined) return ROWS;
	const count = /^\d{1,4}$/.test(value) ? Number(value) : 0;
	if (count < 1 || count > MOST_ROWS) throw wrong("limit", value, `a number from 1 to ${MOST_ROWS}`);
	return count;
}

/** What is wrong with the parameters of an address, by their names. */
export interface WrongQuery {
	readonly faults: ReadonlyMap<string, Fault>;
}

/**
 * The query that the parameters of an address ask for: `type`, `event`, `outcome`, `text`, `older`, `younger`, `sort`,
 * `after` or `before`, `limit`; others are of no meaning. Or all that is wrong with them: Faults "usage".
 */
export function readBatchQuery(parameters: URLSearchParams): BatchQuery | WrongQuery {
	const faults = new Map<string, Fault>();
	const read = <T>(name: string, parse: () => T): T | undefined => {
		try {
			return parse();
		} catch (error) {
			if (!isFault(error, "usage")) throw error;
			faults.set(name, error);
			return undefined;
		}
	};
	const after = read("after", () => place(parameters, "after"));
	const hasEvent = given(parameters, "event") !== undefined;
	const query: BatchQuery = {
		types: read("type", () => typesIn(parameters)) ?? [],
		event: read("event", () => name(parameters, "event")),
		// One without the other asks for nothing.
		outcome: hasEvent ? (read("outcome", () => oneOf(parameters, "outcome", EVENT_OUTCOMES)) ?? "done") : undefined,
		text: read("text", () => idStart(parameters)) ?? "",
		older: read("older", () => age(parameters, "older")),
		younger: read("younger", () => age(parameters, "younger")),
		sort: read("sort", () => oneOf<BatchSort>(parameters, "sort", SORTS)) ?? "first",
		after,
		before: after === undefined ? read("before", () => place(parameters, "before")) : undefined,
		limit: read("limit", () => rows(parameters)) ?? ROWS,
	};
	return faults.size === 0 ? query : { faults };
}

/** The same, where no form is shown to correct it. Throws the first Fault "usage". */
export function parseBatchQuery(parameters: URLSearchParams): BatchQuery {
	const query = readBatchQuery(parameters);
	if (!("faults" in query)) return query;
	const [first] = query.faults.values();
	throw first;
}

/** The full id in a path; throws a Fault "usage" where it is malformed. */
export function parseBatchPath(text: string): string {
	const id = readBatchId(text)?.id;
	if (id === undefined) throw wrong("the batch", text, "a full id such as B400022028241-RT1");
	return id;
}

/** True for what a report that is kept beside its batch can be asked for by. */
export const isReportKey = (text: string) => /^[0-9a-f]{32}$/.test(text);

/** The key of a report in an address. Throws a Fault "usage". */
export function parseReportKey(text: string): string {
	if (isReportKey(text)) return text;
	throw wrong("the report", text, "32 hexadecimal digits, as a batch's page links them");
}
