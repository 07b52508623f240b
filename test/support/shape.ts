/**
 * The shape of a JSON value: types for scalars, one shape for the elements of a list, keys in order. What is sometimes absent
 * among a list's elements is marked with `?`.
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
