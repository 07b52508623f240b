import type { Written } from "../report.ts";

/** First argument by which the binary becomes the reader of one report file; no command can have this name. */
export const REPORT_READER = ":report";

/** A report file as far as it is kept. */
export interface ReadFile {
	/** With the failures that are kept. */
	readonly written: Written;
	/** How many failures there were beside them. */
	readonly leftOut: number;
}

/** What the reader process sends: the report, or what is wrong with it. */
export type ReportAnswer = ReadFile | { readonly wrong: string };
