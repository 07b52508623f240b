import * as v from "valibot";
import { readTime, TIME_FORMS } from "../../base/time.ts";
import type { Batch } from "./batch.ts";
import { ID_RULE, newBatch, readBatchId } from "./id.ts";
import { isName, NAME_RULE } from "./names.ts";

const text = v.string("is not a text");

const LINE = v.strictObject(
	{
		id: v.pipe(
			text,
			v.rawTransform(({ dataset, addIssue, NEVER }) => {
				const id = readBatchId(dataset.value);
				if (id !== undefined) return id;
				addIssue({ message: `is not a batch's full id; expected ${ID_RULE}` });
				return NEVER;
			}),
		),
		type: v.pipe(text, v.check(isName, `is not a name; expected ${NAME_RULE}`)),
		created: v.optional(
			v.pipe(
				text,
				v.rawTransform(({ dataset, addIssue, NEVER }) => {
					const time = readTime(dataset.value);
					if (time !== undefined) return time;
					addIssue({ message: `is not a time; expected ${TIME_FORMS}` });
					return NEVER;
				}),
			),
		),
	},
	({ expected }) => {
		if (expected === "Object") return "is not a JSON object";
		return expected === "never" ? "is not known; expected id, type, created" : "is missing";
	},
);

/**
 * The batch that a line `{"id": ..., "type": ..., "created"?: ISO 8601}` names, created `now` where it does not say, or
 * all that is wrong with it.
 */
export function readBatchLine(line: string, now: Date): Batch | string {
	let value: unknown;
	try {
		value = JSON.parse(line);
	} catch (error) {
		if (error instanceof SyntaxError) return "is not JSON";
		throw error;
	}
	const result = v.safeParse(LINE, Array.isArray(value) ? null : value);
	if (result.success) return newBatch(result.output.id, result.output.type, result.output.created ?? now);
	return result.issues
		.map((issue) => {
			const key = v.getDotPath(issue);
			return key === null ? issue.message : `${key} ${issue.message}`;
		})
		.join("; ");
}
