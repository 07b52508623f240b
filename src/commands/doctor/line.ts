import type { DoctorLine } from "../../base/doctor-line.ts";
import { isFault, messageOf } from "../../base/fault.ts";

export const ok = (part: string, text: string): DoctorLine => ({ part, state: "ok", text });
export const warn = (part: string, text: string, hint: string): DoctorLine => ({ part, state: "warn", text, hint });
export const fail = (part: string, text: string, hint: string): DoctorLine => ({ part, state: "fail", text, hint });

/** Collects lines one by one: a part that then throws still shows the lines before. */
export type AddLines = (lines: readonly DoctorLine[]) => void;

/** The line for a check that threw. */
export function thrownLine(part: string, error: unknown): DoctorLine {
	if (!isFault(error)) {
		return fail(part, `unforeseen: ${messageOf(error)}`, "a bug of tangles: please report it, with this line");
	}
	return fail(
		part,
		messageOf(error),
		error.hint ?? "see that the server runs, and that its address and login are right",
	);
}
