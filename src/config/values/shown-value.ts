import * as v from "valibot";
import { duration, type Marks } from "./schemas.ts";

const SECRET = "***";
/** Options of an address whose values may hold a secret. */
const SECRET_OPTION = /pass|properties|token|secret/i;

const UNITS = [
	["d", 86_400_000],
	["h", 3_600_000],
	["m", 60_000],
	["s", 1000],
] as const;

/** A time in ms as a file would write it: `15s`. */
function durationText(ms: number): string {
	const [unit, length] = UNITS.find(([, each]) => ms >= each && ms % each === 0) ?? ["ms", 1];
	return `${ms / length}${unit}`;
}

/**
 * An address that is valid, without what may be secret in it: `mongodb://user:***@host/db?w=majority`. Text that is no
 * address is secret as a whole.
 */
export function maskedAddress(text: string): string {
	const [, scheme, authority = "", path = "", options = ""] =
		/^([a-z+]+:\/\/)([^/?#]*)([^?#]*)(?:\?(.*))?$/is.exec(text.trim()) ?? [];
	if (scheme === undefined) return SECRET;
	// The path of a web address is the key of its check.
	if (/^https?:/i.test(scheme)) return `${scheme}${authority}/${SECRET}`;
	const at = authority.lastIndexOf("@");
	const [user = ""] = authority.slice(0, Math.max(0, at)).split(":");
	const login = at < 0 ? "" : `${user}:${SECRET}@`;
	const shown = options.split("&").map((option) => {
		const [name = ""] = option.split("=");
		return SECRET_OPTION.test(name) ? `${name}=${SECRET}` : option;
	});
	return `${scheme}${login}${authority.slice(at + 1)}${path}${options === "" ? "" : `?${shown.join("&")}`}`;
}

/** A value of a key with this schema as people may see it: text as it stands, a list as JSON, a secret as `***`. */
export function shownValue(schema: v.GenericSchema<unknown, unknown> | undefined, value: unknown): string {
	const marks: Marks = schema === undefined ? {} : v.getMetadata(schema);
	if (marks.secret === true) return typeof value === "string" ? maskedAddress(value) : SECRET;
	if (schema === duration && typeof value === "number") return durationText(value);
	return typeof value === "object" ? JSON.stringify(value) : String(value);
}
