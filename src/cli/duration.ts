import { Fault } from "../base/fault.ts";
import { readDuration } from "../config/values/duration.ts";

/** Milliseconds from an argument such as `30s`, or undefined when it was not given; `0` and `0s` are 0. Throws a usage fault naming the flag. */
export function durationOf(flag: string, text: string | undefined): number | undefined {
	if (text === undefined) return undefined;
	if (/^0(?:ms|s)?$/.test(text)) return 0;
	const length = readDuration(text);
	if (typeof length === "number") return length;
	throw new Fault("usage", `${flag} is "${text}", which ${length.text}`, {
		hint: "write for example 500ms, 30s or 5m",
	});
}
