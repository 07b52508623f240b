import { Fault } from "../base/fault.ts";

const MOST_SHOWN = 100;

interface Finding {
	readonly line: number;
	readonly text: string;
}

/** Collects every fault of file and environment, so that one run reports all of them, and the origin of each value. */
export class Findings {
	readonly origins: Map<string, string>;
	readonly #inFile: Finding[] = [];
	readonly #elsewhere: string[] = [];
	readonly #components = new Map<string, Findings>();

	constructor(origins = new Map<string, string>()) {
		this.origins = origins;
	}

	/** Where the faults of one component are collected: they concern no other. */
	ofComponent(name: string): Findings {
		const own = new Findings(this.origins);
		this.#components.set(name, own);
		return own;
	}

	/** The faults of each component that has any, as one Fault. */
	componentFaults(): Map<string, Fault> {
		const faults = [...this.#components].map(([name, own]) => [name, own.fault()] as const);
		return new Map(faults.flatMap(([name, fault]) => (fault === undefined ? [] : [[name, fault]])));
	}

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

	/**
	 * Throws one fault of kind "config" that names everything found, in the file's order, if anything was. With `apart`
	 * what is wrong with components alone is no reason.
	 */
	throwIfAny({ apart }: { readonly apart: boolean }): void {
		if (apart && this.#inFile.length + this.#elsewhere.length === 0) return;
		const fault = this.fault();
		if (fault !== undefined) throw fault;
	}

	#all(): Finding[] {
		return [...this.#inFile, ...[...this.#components.values()].flatMap((own) => own.#all())];
	}

	/** Everything that was found, as one fault of kind "config"; undefined where nothing was. */
	fault(): Fault | undefined {
		const inFile = this.#all()
			.toSorted((a, b) => a.line - b.line)
			.map((finding) => finding.text);
		const lines = [...new Set([...inFile, ...this.#elsewhere])];
		if (lines.length === 0) return undefined;
		const headline = `the configuration has ${lines.length === 1 ? "a fault" : `${lines.length} faults`}:`;
		const more = lines.length > MOST_SHOWN ? [`and ${lines.length - MOST_SHOWN} more`] : [];
		return new Fault("config", [headline, ...lines.slice(0, MOST_SHOWN), ...more].join("\n"));
	}
}
