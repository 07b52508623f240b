import { Fault } from "../base/fault.ts";

/** Which of Curator's two layouts a lock is taken in. lock-layout.md, 1. */
export type LockLayout = "both" | "flat" | "v2";

/**
 * What a ZooKeeper server refuses in one part of a path, by UTF-16 code units (org.apache.zookeeper.common.PathUtils):
 * control characters, surrogates (so everything beyond U+FFFF, such as emoji), the private use area, U+FFF0 to U+FFFF.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const ILLEGAL_PART = /^\.{0,2}$|[\u0000-\u001f\u007f-\u009f\ud800-\uf8ff\ufff0-\uffff/]/;

/** What may be part of a lock's path, for messages. */
export const PATH_PART_RULE =
	"not empty, not . or .., no /, no control character, and none that ZooKeeper refuses (emoji and others beyond U+FFFF, private use, U+FFF0 to U+FFFF)";

/** True where ZooKeeper can hold `part` as one part of a path. */
export function isPathPart(part: string): boolean {
	return !ILLEGAL_PART.test(part);
}

/** Throws a usage fault unless `part` may be one part of a lock's path. */
export function checkPathPart(part: string): void {
	if (isPathPart(part)) return;
	throw new Fault("usage", `${JSON.stringify(part)} cannot be part of a lock's path`, {
		hint: `a part is ${PATH_PART_RULE}`,
	});
}

/** Throws a usage fault unless `path` is `/part[/part...]` outside ZooKeeper's own `/zookeeper`. */
export function checkLockPath(path: string): void {
	const [before, ...parts] = path.split("/");
	if (before !== "" || parts.length === 0 || parts[0] === "zookeeper") {
		throw new Fault("usage", `${JSON.stringify(path)} is not a lock's path`, {
			hint: "write /PART[/PART...]; /zookeeper is the server's own",
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
