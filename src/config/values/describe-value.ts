const LONGEST = 40;

/** How a value is called in a message: quoted text, a number, `a list`. What looks like a login is left out. */
export function describeValue(value: unknown): string {
	if (value === undefined || value === null) return "nothing";
	if (Array.isArray(value)) return "a list";
	if (typeof value === "object") return "a map";
	if (typeof value !== "string") return String(value);
	// "user:password@host" gets into keys that hold no secret, such as `domain`.
	const text = value.includes("@") ? `***${value.slice(value.lastIndexOf("@"))}` : value;
	return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}

/** The kind of a value, shown in place of a value that may be secret. */
export function foundKind(value: unknown): string {
	if (typeof value === "string") return value.trim() === "" ? "blank text" : "text not shown";
	if (typeof value === "number" || typeof value === "boolean") return `a ${typeof value}`;
	return describeValue(value);
}

/**
 * A secret's file as a message may show it. Text without a leading slash may be a password written in place of a path.
 */
export function foundPath(path: string): string {
	return /^\.{0,2}\//.test(path) ? describeValue(path) : "a path not shown";
}

/**
 * A key as it may be shown. A key that the file's author did not mean as one, such as `password:secret` where the
 * blank is missing, may hold a secret: it is cut at the first character that no key has.
 */
export function shownKey(key: string): string {
	const start = /^[\w.*-]{0,64}/.exec(key)?.[0] ?? "";
	if (start === key && key !== "") return key;
	return `"${start}${key === "" ? "" : "…"}"`;
}
