/**
 * The shape of a JSON value: types for scalars, one shape for the elements of a list. What is absent from some of a
 * list's elements is marked with `?`.
 */
export type Shape = string | readonly [Shape] | readonly [] | { readonly [key: string]: Shape };

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function merged(shapes: readonly Shape[]): Shape {
	const [first, ...others] = shapes;
	if (first === undefined) return [];
	if (!shapes.every((shape) => isRecord(shape))) {
		const different = [...new Set(shapes.map((shape) => JSON.stringify(shape)))];
		return different.length === 1 ? first : different.map((text) => JSON.parse(text)).join("|");
	}
	const all = [first, ...others] as Record<string, Shape>[];
	const keys = [...new Set(all.flatMap((shape) => Object.keys(shape)))];
	return Object.fromEntries(
		keys.map((key) => {
			const having = all.filter((shape) => Object.hasOwn(shape, key));
			const name = having.length < all.length && !key.endsWith("?") ? `${key}?` : key;
			return [name, merged(having.map((shape) => shape[key] ?? "undefined"))];
		}),
	);
}

export function shapeOf(value: unknown): Shape {
	if (Array.isArray(value)) return value.length === 0 ? [] : [merged(value.map(shapeOf))];
	if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
	return value === null ? "null" : typeof value;
}

/** One shape for all values of a kind. */
export function commonShape(values: readonly unknown[]): Shape {
	return merged(values.map(shapeOf));
}

function isList(shape: Shape): shape is readonly [Shape] | readonly [] {
	return Array.isArray(shape);
}

/** Where `actual` is not what `documented` says, as lines; none where it fits. An empty list fits every list. */
export function differences(actual: Shape, documented: Shape, at = "it"): string[] {
	if (isList(actual) && isList(documented)) {
		const [inner] = actual;
		if (inner === undefined) return [];
		const [expected] = documented;
		return expected === undefined ? [`${at} is empty in the text`] : differences(inner, expected, `${at}[]`);
	}
	if (isRecord(actual) && isRecord(documented)) return differentKeys(actual, documented, at);
	const [is, should] = [JSON.stringify(actual), JSON.stringify(documented)];
	return is === should ? [] : [`${at} is ${is}, documented as ${should}`];
}

function differentKeys(actual: Record<string, Shape>, documented: Record<string, Shape>, at: string): string[] {
	const known = new Map(Object.entries(documented).map(([key, shape]) => [key.replace(/\?$/, ""), { key, shape }]));
	const wrong: string[] = [];
	for (const [key, shape] of Object.entries(actual)) {
		const expected = known.get(key.replace(/\?$/, ""));
		if (expected === undefined) wrong.push(`${at}.${key} is not documented`);
		else if (key.endsWith("?") && key !== expected.key) wrong.push(`${at}.${key} is documented as always there`);
		else wrong.push(...differences(shape, expected.shape, `${at}.${key}`));
	}
	for (const key of Object.keys(documented)) {
		if (!key.endsWith("?") && !Object.hasOwn(actual, key) && !Object.hasOwn(actual, `${key}?`))
			wrong.push(`${at}.${key} is not there`);
	}
	return wrong;
}
