import * as v from "valibot";
import { nearest } from "../../base/nearest.ts";
import { isMap, type SourcePlace, type Value } from "../formats/tree.ts";
import type { ReaderContext } from "../reader-context.ts";
import { isAboutSafety, unknownSafetyKey } from "../safety.ts";
import { describeValue, foundKind, shownKey } from "../values/describe-value.ts";
import type { Marks } from "../values/schemas.ts";
import { shownValue } from "../values/shown-value.ts";

type Schema = v.GenericSchema<unknown, unknown>;
export type Schemas = Readonly<Record<string, Schema>>;
type Key<S extends Schemas> = keyof S & string;

/** What is wrong with `value` by `schema`, each with the place in it; empty where it is valid. */
export function faultsOf(schema: Schema, value: unknown): { inner: string[]; text: string }[] {
	const marks: Marks = v.getMetadata(schema);
	return (v.safeParse(schema, value, { abortPipeEarly: true }).issues ?? []).map((issue) => ({
		inner: (issue.path ?? []).map((item) => String(item.key)),
		text: `${issue.message} (found ${marks.secret === true ? foundKind(issue.input) : describeValue(issue.input)})`,
	}));
}

/**
 * One map of the file, read by a schema for each key, so that a bad key hides no other fault. Faults and unknown keys
 * are reported as the section is made; origins are recorded as its values are asked for.
 */
export class Section<S extends Schemas> {
	readonly present: boolean;
	readonly #context: ReaderContext;
	readonly #path: readonly string[];
	readonly #given: Value;
	readonly #schemas: S;
	readonly #values = new Map<string, unknown>();

	constructor(context: ReaderContext, path: readonly string[], schemas: S) {
		this.#context = context;
		this.#path = path;
		this.#schemas = schemas;
		let given: Value | undefined = context.tree.root;
		for (const key of path) given = isMap(given) ? given[key] : undefined;
		// A section that is no map has one fault, and none for each of its keys.
		this.present = isMap(given);
		this.#given = given ?? null;
		if (isMap(this.#given)) this.#read(this.#given, schemas);
		else if (this.#given !== null)
			this.fault([], `is not a map; expected keys with values (found ${describeValue(given)})`);
	}

	#read(given: Readonly<Record<string, Value>>, schemas: S): void {
		const known = Object.keys(schemas);
		for (const [key, raw] of Object.entries(given)) {
			const schema = Object.hasOwn(schemas, key) ? schemas[key] : undefined;
			if (schema === undefined) {
				this.#tellUnknown(key, nearest(key, known));
				continue;
			}
			const marks: Marks = v.getMetadata(schema);
			const value = marks.asWritten === true ? this.#asWritten([key], raw) : raw;
			const faults = faultsOf(schema, value);
			for (const { inner, text } of faults) this.fault([key, ...inner], text);
			if (faults.length === 0) this.#values.set(key, v.parse(schema, value));
		}
	}

	#tellUnknown(key: string, meant: string | undefined): void {
		const [section = ""] = this.#path;
		if (!section.endsWith("-connection-info") || !isAboutSafety(key)) {
			this.#context.unknown.report(this.#line([key]), this.#path, key, meant);
			return;
		}
		// By its shown form: what stands behind `password:` without a blank is part of the key.
		const text = `${this.#dotted([key])}: ${unknownSafetyKey(meant)}`;
		this.#context.findings.inFile(this.#context.file, this.#line([key]), text);
	}

	#asWritten(keys: readonly string[], raw: Value): Value {
		if (Array.isArray(raw)) return raw.map((item, position) => this.#asWritten([...keys, String(position)], item));
		if (typeof raw !== "number" && typeof raw !== "boolean") return raw;
		return this.#context.tree.place([...this.#path, ...keys])?.source ?? String(raw);
	}

	#place(keys: readonly string[]): SourcePlace | undefined {
		const place = (inner: readonly string[]) => this.#context.tree.place([...this.#path, ...inner]);
		if (keys.length > 0 || !isMap(this.#given)) return place(keys);
		// A properties file has no line for a section, only lines for its keys.
		const [first] = Object.keys(this.#given);
		return place([]) ?? (first === undefined ? undefined : place([first]));
	}

	#line(keys: readonly string[]): number {
		for (let length = keys.length; length >= 0; length -= 1) {
			const place = this.#place(keys.slice(0, length));
			if (place !== undefined) return place.line;
		}
		return 1;
	}

	/** The key as the file writes it; a properties file has no place for the items of a list. */
	#shown(keys: readonly string[]): string {
		for (let length = keys.length; length > 0; length -= 1) {
			const place = this.#place(keys.slice(0, length));
			if (place !== undefined) return [place.key, ...keys.slice(length).map(shownKey)].join(".");
		}
		return (keys.length === 0 ? this.#place([])?.key : undefined) ?? this.#dotted(keys);
	}

	#dotted(keys: readonly string[]): string {
		return [...this.#path, ...keys].map(shownKey).join(".");
	}

	/** Reports a fault at a key, or at the section itself. */
	fault(keys: readonly string[], text: string): void {
		this.#context.findings.inFile(this.#context.file, this.#line(keys), `${this.#shown(keys)}: ${text}`);
	}

	/** True where the key is set in the file, be its value valid or not; a blank one is not (`formats/blank.ts`). */
	has(key: Key<S>): boolean {
		return isMap(this.#given) && Object.hasOwn(this.#given, key);
	}

	/** Where the key stands: `tangles.yaml:12`. */
	at(key: Key<S>): string {
		return `${this.#context.file}:${this.#line([key])}`;
	}

	#note(key: Key<S>, origin: string, value: unknown): void {
		const { origins, values } = this.#context.findings;
		origins.set(this.#dotted([key]), origin);
		values.set(this.#dotted([key]), shownValue(this.#schemas[key], value));
	}

	/** The key's value; undefined where it is not given, or not valid. */
	get<K extends Key<S>>(key: K): v.InferOutput<S[K]> | undefined {
		if (isMap(this.#given) && this.has(key)) this.#note(key, this.at(key), this.#given[key]);
		return this.#values.get(key) as v.InferOutput<S[K]> | undefined;
	}

	/** The key's value, or `otherwise` where it is not given. */
	or<K extends Key<S>>(key: K, otherwise: v.InferOutput<S[K]>): v.InferOutput<S[K]> {
		if (!this.has(key)) this.#note(key, "default", otherwise);
		return this.get(key) ?? otherwise;
	}
}
