import { Secret } from "./secret.ts";

interface RevealedSecret {
	readonly revealedSecret: string;
}

/**
 * A value whose secrets can be read, without classes: for the channel to another process of ours; never for a command
 * line, a file or a log.
 */
export type Revealed<T> = T extends Secret
	? RevealedSecret
	: T extends object
		? { readonly [K in keyof T]: Revealed<T[K]> }
		: T;

const isRevealedSecret = (value: object): value is RevealedSecret =>
	"revealedSecret" in value && typeof value.revealedSecret === "string";

function mapped(value: unknown, change: (object: object) => unknown): unknown {
	if (typeof value !== "object" || value === null) return value;
	const changed = change(value);
	if (changed !== value) return changed;
	if (Array.isArray(value)) return value.map((item) => mapped(item, change));
	return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, mapped(part, change)]));
}

/** The plain object or list with `Revealed` in place of each secret in it. */
export function revealed<T>(value: T): Revealed<T> {
	return mapped(value, (it) => (it instanceof Secret ? { revealedSecret: it.reveal() } : it)) as Revealed<T>;
}

/** What `revealed` was given, after the way through a channel: its secrets are secret again. */
export function concealed<T>(value: Revealed<T>): T {
	return mapped(value, (it) => (isRevealedSecret(it) ? new Secret(it.revealedSecret) : it)) as T;
}
