import { CHECKSUM_LISTS, type ChecksumList, readSums } from "./checksums.ts";
import type { DeliveryReader, FolderContents } from "./ports.ts";

/** A list of faults names the first ones. */
const MOST_NAMED = 5;

/** Why a delivery is left where it is. */
export interface NotFit {
	readonly why: string;
	/** False where it is only not ready yet. */
	readonly failed: boolean;
}

/** A delivery that may be taken in. */
export interface FitDelivery {
	/** What it is, for the event. */
	readonly said: string;
}

export interface InspectTools {
	readonly deliveries: DeliveryReader;
	readonly trigger: string;
	/** The list to check the files by; undefined for no check. */
	readonly list: ChecksumList | undefined;
	/** So long must nothing in a delivery have changed. */
	readonly settleMs: number;
	/** Milliseconds since 1970. */
	readonly now: () => number;
	readonly signal: AbortSignal;
}

const bad = (why: string): NotFit => ({ why, failed: true });
const names = (some: readonly string[]) =>
	`${some
		.slice(0, MOST_NAMED)
		.map((name) => JSON.stringify(name))
		.join(", ")}${some.length > MOST_NAMED ? ` and ${some.length - MOST_NAMED} more` : ""}`;

/** Whether a delivery may be taken in: at rest, all inside its folder, and with the sums that its list says. */
export async function inspectDelivery(tools: InspectTools, delivery: string): Promise<FitDelivery | NotFit> {
	const { deliveries, settleMs, now, signal } = tools;
	const contents = await deliveries.contents(delivery, signal);
	if (contents === undefined) return stillWritten("something went away as it was looked at");
	const restedMs = now() - contents.changed.getTime();
	if (settleMs > 0 && restedMs < settleMs) {
		return stillWritten(`its last change was ${Math.max(0, Math.round(restedMs / 1000))} s ago`);
	}
	const { linksOut, odd, files } = contents;
	if (linksOut.length > 0) return bad(`a link in it leads out of ${deliveries.name}, or nowhere: ${names(linksOut)}`);
	if (odd.length > 0) return bad(`it has what is no file, folder or link: ${names(odd)}`);
	const wrong = await wrongSums(tools, delivery, contents);
	if (wrong !== undefined) return bad(wrong);
	const again = await deliveries.contents(delivery, signal);
	if (again === undefined || !isSame(contents, again)) return stillWritten("it changed as it was looked at");
	const checked = tools.list === undefined ? "" : `, with the sums of ${tools.list}`;
	return { said: `${deliveries.name}/${delivery}: ${files.length} ${files.length === 1 ? "file" : "files"}${checked}` };
}

const stillWritten = (why: string): NotFit => ({ why: `it is still being written: ${why}`, failed: false });

function isSame(before: FolderContents, after: FolderContents): boolean {
	return before.changed.getTime() === after.changed.getTime() && before.files.length === after.files.length;
}

/** What does not fit between a delivery and its list; undefined where all does, or no list is asked for. */
async function wrongSums(
	{ deliveries, trigger, list, signal }: InspectTools,
	delivery: string,
	{ files, links }: FolderContents,
): Promise<string | undefined> {
	if (list === undefined) return undefined;
	if (links.length > 0) return `a link is no file that ${list} can speak for: ${names(links)}`;
	const text = await deliveries.text(delivery, list);
	if (text === undefined) return `there is no ${list} in it`;
	const { sums, wrong } = readSums(text, CHECKSUM_LISTS[list]);
	if (wrong.length > 0) {
		const more = wrong.length > MOST_NAMED ? `; and ${wrong.length - MOST_NAMED} more` : "";
		return `${list}: ${wrong.slice(0, MOST_NAMED).join("; ")}${more}`;
	}
	const there = new Set(files);
	const missing = [...sums.keys()].filter((path) => !there.has(path));
	if (missing.length > 0) return `${list} names what is not there: ${names(missing)}`;
	const extra = files.filter((path) => !sums.has(path) && path !== list && path !== trigger);
	if (extra.length > 0) return `${list} does not name what is there: ${names(extra)}`;
	const differing: string[] = [];
	for (const [path, sum] of sums) {
		signal.throwIfAborted();
		if ((await deliveries.checksum(delivery, path, CHECKSUM_LISTS[list], signal)) !== sum) differing.push(path);
	}
	return differing.length === 0 ? undefined : `not as ${list} says: ${names(differing)}`;
}
