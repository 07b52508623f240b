import ms from "ms";
import { LONGEST_TIMER_MS } from "../../base/timer.ts";
import { Wrong } from "./wrong.ts";

const SHAPE = /^\d{1,12}(?:\.\d{1,6})? ?(?:ms|s|m|h|d)$/;

function isDuration(text: string): text is ms.StringValue {
	return SHAPE.test(text);
}

/** Milliseconds, up to `most`, of "500ms", "15s", "2m", "1h" or "1d". */
export function readDuration(text: string, most = LONGEST_TIMER_MS): number | Wrong {
	if (/^\d+$/.test(text)) return new Wrong(`has no unit; write ${text}s`);
	if (!isDuration(text)) return new Wrong("is not a time; expected a number with a unit, such as 500ms, 15s or 1h");
	const length = Math.round(ms(text));
	if (length < 1) return new Wrong("is shorter than 1 ms; expected 1ms or more");
	return length <= most ? length : new Wrong(`is too long; expected up to ${Math.floor(most / 86_400_000)}d`);
}
