import { printable } from "../../cli/printable.ts";
import { wrap } from "../../cli/wrap.ts";
import type { Line } from "./line.ts";

const COLUMNS = 80;
const PART = 6;
const TEXT = 17;
/** The mend stands below its line. */
const MEND = 11;

const paragraph = (text: string, from: number) => wrap(printable(text), COLUMNS - from, " ".repeat(from));

/** The lines for people, at most 80 columns wide where their words allow it. */
export function doctorText(lines: readonly Line[]): string {
	const rows = [{ state: "", part: "part", text: "what", mend: undefined }, ...lines];
	return rows
		.map(({ state, part, text, mend }) => {
			const row = `${state.padEnd(PART)}${part.padEnd(TEXT - PART)}${paragraph(text, TEXT)}`;
			return mend === undefined ? row : `${row}\n${"-> ".padStart(MEND)}${paragraph(mend, MEND)}`;
		})
		.join("\n");
}
