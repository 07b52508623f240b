import { Fault } from "../base/fault.ts";

const MOST_SHOWN = 100;

interface Finding {
	readonly file?: string;
	readonly line?: number;
	readonly variable?: string;
	/** `KEY: what is wrong; expected what (found what)`; without the key where it concerns none. */
	readonly text: string;
}

/** One fault of the config, taken apart. */
export interface ConfigFault {
	readonly file: string | null;
	readonly line: number | null;
	/** The environment variable that is wrong. */
	readonly variable: string | null;
	readonly key: string | null;
	readonly message: string;
	readonly hint: string | null;
}

function shown({ file, line, variable, text }: Finding): string {
	if (file !== undefined) return `${file}:${line}: ${text}`;
	return variable === undefined ? text : `environment ${variable}: ${text}`;
}

function takenApart({ file, line, variable, text }: Finding): ConfigFault {
	const [, key = null, rest = text] = (file === undefined ? null : /^([\w.*-]+|"[^"]*"): (.+)$/s.exec(text)) ?? [];
	const [, wrong = rest, hint = null, found = ""] =
		/^(.*?); ((?:expected|write) .*?)( \(found .*\))?$/s.exec(rest) ?? [];
	const place = { file: file ?? null, line: line ?? null, variable: variable ?? null };
	return { ...place, key, message: `${wrong}${found}`, hint };
}

/** Collects every fault of file and environment, so that one run reports all of them, and the origin of each value. */
export class Findings {
	readonly origins: Map<string, string>;
	/** Each value as it may be shown, by the same keys: a secret is `***`. */
	readonly values: Map<string, string>;
	readonly #inFile: Finding[] = [];
	readonly #elsewhere: Finding[] = [];
	readonly #components = new Map<string, Findings>();

	constructor({ origins, values }: Partial<Pick<Findings, "origins" | "values">> = {}) {
		this.origins = origins ?? new Map();
		this.values = values ?? new Map();
	}

	/** Where the faults of one component are collected: they concern no other. */
	ofComponent(name: string): Findings {
		const own = new Findings(this);
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
		this.#inFile.push({ file, line, text });
	}

	/** A fault in an environment variable. */
	inEnvironment(name: string, text: string): void {
		this.#elsewhere.push({ variable: name, text });
	}

	/** A fault that has no line: a file that cannot be read, a server that nothing names. */
	general(text: string): void {
		this.#elsewhere.push({ text });
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

	/** All of it in the file's order, what has no line behind it; nothing twice. */
	#ordered(): Finding[] {
		const inFile = this.#all().toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
		const all = [...inFile, ...this.#elsewhere];
		return [...new Map(all.map((finding) => [shown(finding), finding])).values()];
	}

	/** Each fault that was found, those of components too. */
	list(): ConfigFault[] {
		return this.#ordered().map(takenApart);
	}

	/** Everything that was found, as one fault of kind "config"; undefined where nothing was. */
	fault(): Fault | undefined {
		const lines = this.#ordered().map(shown);
		if (lines.length === 0) return undefined;
		const headline = `the configuration has ${lines.length === 1 ? "a fault" : `${lines.length} faults`}:`;
		const more = lines.length > MOST_SHOWN ? [`and ${lines.length - MOST_SHOWN} more`] : [];
		return new Fault("config", [headline, ...lines.slice(0, MOST_SHOWN), ...more].join("\n"));
	}
}
