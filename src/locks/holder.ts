import * as v from "valibot";

const HOLDER = v.object({
	host: v.string(),
	pid: v.number(),
	user: v.string(),
	command: v.string(),
	component: v.optional(v.string()),
	batch: v.optional(v.string()),
	started: v.string(),
	version: v.string(),
	/** The layout that it takes: a holder of the flat lock with "both" may still wait for v2. */
	layout: v.optional(v.picklist(["both", "flat", "v2"])),
	run: v.string(),
	/** The containment of its work: `cgroup` or `subreaper`; absent where it runs none. */
	contained: v.optional(v.string()),
});

/**
 * What a node of ours says about who made it (design 5). `started` is ISO 8601; `run` is new for each process. Never a
 * secret.
 */
export type Holder = v.InferOutput<typeof HOLDER>;

/** The data of a node, as one JSON object. */
export function holderData(holder: Holder): string {
	return JSON.stringify(holder);
}

/** What a node's data says, or undefined where it is not ours: Curator writes its IP address. */
export function readHolder(data: Buffer): Holder | undefined {
	const text = data.toString();
	if (!text.startsWith("{")) return undefined;
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		// A node may hold any bytes; data that are not JSON are not ours.
		return undefined;
	}
	const read = v.safeParse(HOLDER, value);
	return read.success ? read.output : undefined;
}

/** Text of others for people: printable, short. */
function shortText(text: string, most: number): string {
	// Cut first: a node may hold a megabyte.
	const shown = text
		.slice(0, most + 1)
		.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "?")
		.trim();
	return shown.length > most ? `${shown.slice(0, most - 1)}…` : shown;
}

/** Data of others for people: printable, at most 60 characters. */
export function foreignData(data: Buffer): string {
	return shortText(data.toString().trim(), 60);
}

/** `host:pid user`, printable: every client may write a node with such data. */
export function makerText({ host, pid, user }: Holder): string {
	return `${shortText(host, 100)}:${pid} ${shortText(user, 60)}`;
}
