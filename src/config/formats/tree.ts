import type { ServerName } from "../config.ts";

/** A value as a config file holds it. */
export type Value = string | number | boolean | null | readonly Value[] | ValueMap;
export interface ValueMap {
	readonly [key: string]: Value;
}

/** Where a value stands in the file, and how the file itself writes it. */
export interface SourcePlace {
	readonly line: number;
	/** The key as the file has it. */
	readonly key: string;
	/** The value's own text, for a number or a truth value that is meant as text, such as `password: 0123`. */
	readonly source?: string;
}

/** A config file's content, in the keys of YAML for both formats. */
export interface Tree {
	readonly root: ValueMap;
	/** False where the file could not be taken apart, so that a key missing from the tree means nothing. */
	readonly whole: boolean;
	/** What a file of this kind would have to say to name a server; undefined where it cannot. */
	readonly ways: Readonly<Record<ServerName, string | undefined>>;
	place(path: readonly string[]): SourcePlace | undefined;
}

/** SourcePlaces by path, as both readers keep them. */
export class SourcePlaces {
	readonly #places = new Map<string, SourcePlace>();

	set(path: readonly string[], place: SourcePlace): void {
		this.#places.set(JSON.stringify(path), place);
	}

	get(path: readonly string[]): SourcePlace | undefined {
		return this.#places.get(JSON.stringify(path));
	}
}

export function isMap(value: Value | undefined): value is ValueMap {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A map without a prototype: keys come from outside, `__proto__` among them. */
export function emptyMap(): Record<string, Value> {
	return Object.create(null);
}

export const YAML_WAYS: Tree["ways"] = {
	mongo: "db-connection-info: { domain: HOST }",
	faktory: "faktory-connection-info: { domain: HOST }",
	zookeeper: 'zookeeper-connection-info: { connect: "HOST:2181" }',
};

/** What stands for a file where there is none, or none that could be read. */
export function emptyTree(whole: boolean, ways: Tree["ways"] = YAML_WAYS): Tree {
	return { root: emptyMap(), whole, ways, place: () => undefined };
}
