function refuse(): never {
	throw new TypeError("the configuration cannot be changed");
}

/** Freezes `value` and all it holds, maps included, and returns it. Plain objects, arrays and maps only. */
export function deepFreeze<T>(value: T): T {
	if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
	if (value instanceof Map) {
		for (const [key, held] of value) {
			deepFreeze(key);
			deepFreeze(held);
		}
		// Object.freeze alone leaves a map's entries open to change.
		Object.assign(value, { set: refuse, delete: refuse, clear: refuse });
	} else {
		for (const held of Object.values(value)) deepFreeze(held);
	}
	return Object.freeze(value);
}
