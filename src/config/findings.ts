import { Fault } from "../base/fault.ts";

const MOST_SHOWN = 100;

interface Finding {
	readonly line: number;
	readonly text: string;
}

/** Collects what is wrong in file and environment, so that one run tells all of it, and where each value comes from. */
export class Findings {
	readonly origins = new Map<string, string>();
	readonly #inFile: Finding[] = [];
	readonly #elsewhere: string[] = [];

	/** A fault at a line of the file. */
	inFile(file: string, line: number, text: string): void {
		this.#inFile.push({ line, text: `${file}:${line}: ${text}` });
	}

	/** A fault in an environment variable. */
	inEnvironment(name: string, text: string): void {
		this.#elsewhere.push(`environment ${name}: ${text}`);
	}

	/** A fault that has no line: a file that cannot be read, a server that nothing names. */
	general(text: string): void {
		this.#elsewhere.push(text);
	}

	/** Throws one fault of kind "config" that names everything found, in the file's order, if anything was. */
	throwIfAny(): void {
		const inFile = this.#inFile.toSorted((a, b) => a.line - b.line).map((finding) => finding.text);
		const lines = [...new Set([...inFile, ...this.#elsewhere])];
		if (lines.length === 0) return;
		const headline = `the configuration has ${lines.length === 1 ? "a fault" : `${lines.length} faults`}:`;
		const more = lines.length > MOST_SHOWN ? [`and ${lines.length - MOST_SHOWN} more`] : [];
		throw new Fault("config", [headline, ...lines.slice(0, MOST_SHOWN), ...more].join("\n"));
	}
}
