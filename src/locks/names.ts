import { Fault } from "../base/fault.ts";

/** Which of Curator's two layouts a lock is taken in. lock-layout.md, 1. */
export type LockLayout = "both" | "flat" | "v2";

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const ILLEGAL_PART = /^\.{0,2}$|[\u0000-\u001f\u007f-\u009f/]/;

/** Throws a usage fault unless `part` may be one part of a lock's path: not empty, `.` or `..`, no `/`, no control character. */
export function checkPathPart(part: string): void {
	if (!ILLEGAL_PART.test(part)) return;
	throw new Fault("usage", `${JSON.stringify(part)} cannot be part of a lock's path`, {
		mend: "a part is not empty, is not . or .., and holds no / and no control character",
	});
}

/** Throws a usage fault unless `path` is `/part[/part...]` outside ZooKeeper's own `/zookeeper`. */
export function checkLockPath(path: string): void {
	const [before, ...parts] = path.split("/");
	if (before !== "" || parts.length === 0 || parts[0] === "zookeeper") {
		throw new Fault("usage", `${JSON.stringify(path)} is not a lock's path`, {
			mend: "write /PART[/PART...]; /zookeeper is the server's own",
		});
	}
	for (const part of parts) checkPathPart(part);
}

/** What Curator sorts a queue by: all behind the last `lock-`, else the whole name. lock-layout.md, 3. */
export function orderKey(name: string): string {
	const at = name.lastIndexOf("lock-");
	return at < 0 ? name : name.slice(at + "lock-".length);
}

/** The queue in order, compared by code unit as Java does. */
export function inOrder(names: readonly string[]): string[] {
	return [...names].sort((a, b) => (orderKey(a) < orderKey(b) ? -1 : orderKey(a) > orderKey(b) ? 1 : 0));
}
