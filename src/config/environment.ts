import * as v from "valibot";
import { isBlank } from "./formats/blank.ts";
import type { ReaderContext } from "./reader-context.ts";

import { faultsOf } from "./sections/section.ts";
import { shownValue } from "./values/shown-value.ts";

/** What an environment variable gives: `value` is undefined where it is set to something that is not valid. */
export interface FromEnvironment<T> {
	readonly value: T | undefined;
}

/**
 * Reads variable `name` by `schema`; undefined where it is not set, or blank. Faults and the origin of `key` are
 * recorded.
 */
export function fromEnvironment<S extends v.GenericSchema<unknown, unknown>>(
	context: ReaderContext,
	name: string,
	schema: S,
	key: string,
): FromEnvironment<v.InferOutput<S>> | undefined {
	// FAKTORY_PROVIDER may name any variable, and every object has a `valueOf`.
	const text = Object.hasOwn(context.env, name) ? context.env[name] : undefined;
	if (text === undefined || isBlank(text)) return undefined;
	context.findings.origins.set(key, `environment ${name}`);
	context.findings.values.set(key, shownValue(schema, text));
	const faults = faultsOf(schema, text);
	for (const fault of faults) context.findings.inEnvironment(name, fault.text);
	return { value: faults.length === 0 ? v.parse(schema, text) : undefined };
}
