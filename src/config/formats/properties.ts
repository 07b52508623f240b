import { isDeepStrictEqual } from "node:util";
import dotProperties from "dot-properties";
import { describeValue, foundKind, shownKey } from "../values/describe-value.ts";
import { Wrong } from "../values/wrong.ts";
import { isBlank } from "./blank.ts";
import { PROPERTIES } from "./property-keys.ts";
import { emptyMap, isMap, SourcePlaces, type Tree, type Value } from "./tree.ts";

/** What a properties file says to name a server; there is no property for Faktory, which components do not use. */
const PROPERTIES_WAYS: Tree["ways"] = {
	mongo: "tangles.mongo.uri = mongodb://HOST",
	faktory: undefined,
	zookeeper: "autonomous.lockserver.url = HOST:2181",
};

interface Reports {
	readonly fault: (line: number, text: string) => void;
	readonly repeated: (line: number, key: string, earlier: number) => void;
	/** A property that nothing reads, be it another program's. */
	readonly unknown: (line: number, key: string) => void;
}

interface Pair {
	readonly key: string;
	readonly value: string;
	readonly line: number;
	/** Key and value as they stand in the file, escapes and all. */
	readonly raw: string;
}

const MALFORMED_ESCAPE = /(?<!\\)(?:\\\\)*\\u(?![0-9a-fA-F]{4})/;

function pairsOf(text: string): Pair[] {
	const pairs: Pair[] = [];
	let line = 1;
	let counted = 0;
	for (const node of dotProperties.parseLines(text, true)) {
		if (!isPair(node)) continue;
		const [start, , , end = start] = node.range;
		line += text.slice(counted, start).match(/\r\n|\r|\n/g)?.length ?? 0;
		counted = start;
		// Blanks at the end of a value are never meant, and Java keeps them.
		pairs.push({ key: node.key, value: node.value.trim(), line, raw: text.slice(start, end) });
	}
	return pairs;
}

function isPair(node: { type: string }): node is dotProperties.Pair & { range: number[] } {
	return node.type === "PAIR";
}

function put(root: Record<string, Value>, path: readonly string[], value: Value): void {
	let map = root;
	for (const key of path.slice(0, -1)) {
		const held = map[key];
		const inner = isMap(held) ? held : emptyMap();
		map[key] = inner;
		map = inner;
	}
	map[path.at(-1) ?? ""] = value;
}

function at(root: Value, path: readonly string[]): Value | undefined {
	let value: Value | undefined = root;
	for (const key of path) value = isMap(value) ? value[key] : undefined;
	return value;
}

/** Takes a properties file's text apart, into the keys of YAML; of a property that stands twice the last one counts. */
export function readProperties(text: string, reports: Reports): Tree {
	const last = new Map<string, Pair>();
	for (const pair of pairsOf(text)) {
		const earlier = last.get(pair.key);
		if (earlier !== undefined) reports.repeated(pair.line, shownKey(pair.key), earlier.line);
		last.set(pair.key, pair);
	}
	const root = emptyMap();
	const places = new SourcePlaces();
	let whole = true;
	for (const { key, value, line, raw } of last.values()) {
		// A property with an empty value counts as not set, also one that nothing here reads.
		if (isBlank(value)) continue;
		const property = PROPERTIES.get(key);
		if (property === undefined) {
			reports.unknown(line, key);
			continue;
		}
		const read = MALFORMED_ESCAPE.test(raw)
			? new Wrong("has a malformed \\u escape; expected \\u and four hex digits, or \\\\ for a backslash")
			: property.read(value);
		if (read instanceof Wrong) {
			// What is malformed may be a URI with a login, so only its kind is shown.
			reports.fault(
				line,
				`${key}: ${read.text} (found ${key.endsWith(".uri") ? foundKind(value) : describeValue(value)})`,
			);
			whole = false;
			continue;
		}
		const earlier = places.get(property.path);
		if (earlier !== undefined && !isDeepStrictEqual(at(root, property.path), read)) {
			const other = `${earlier.key} on line ${earlier.line}`;
			reports.fault(line, `${key}: differs from ${other}; expected one of the two, or the same in both`);
			whole = false;
			continue;
		}
		places.set(property.path, { line, key });
		put(root, property.path, read);
	}
	return { root, whole, ways: PROPERTIES_WAYS, place: (path) => places.get(path) };
}
