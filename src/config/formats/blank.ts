import { emptyMap, isMap, type Value, type ValueMap } from "./tree.ts";

/** True for text that gives nothing: no character, or blanks alone. */
export function isBlank(text: string): boolean {
	return text.trim() === "";
}

function isNothing(value: Value): boolean {
	return value === null || (typeof value === "string" && isBlank(value));
}

/** True for `password:secret`, where the blank is missing: it stays in the tree, and is reported as an unknown key. */
function hasItsValue(key: string): boolean {
	return key.includes(":");
}

function given(map: ValueMap): Record<string, Value> {
	const kept = emptyMap();
	for (const [key, value] of Object.entries(map)) if (!isNothing(value) || hasItsValue(key)) kept[key] = value;
	return kept;
}

/** The keys of a section that have a value; what is no map is left as it is, for its own fault. */
function section(value: Value): Value {
	return isMap(value) ? given(value) : value;
}

/**
 * The file's content without its blank keys: a key with nothing behind it, with `null` or with blank text is a key that
 * is not set, and so is a section without keys. Items of a list are not keys and stay. A component's name counts by
 * itself: without keys it has the defaults of all.
 */
export function withoutBlanks(root: ValueMap): ValueMap {
	const kept = emptyMap();
	for (const [name, value] of Object.entries(given(root))) {
		const inner = name === "components" && isMap(value) ? components(value) : section(value);
		if (!isMap(inner) || Object.keys(inner).length > 0) kept[name] = inner;
	}
	return kept;
}

function components(map: ValueMap): ValueMap {
	const kept = emptyMap();
	for (const [name, value] of Object.entries(map)) kept[name] = isNothing(value) ? emptyMap() : section(value);
	return kept;
}
