import { nearest } from "../../base/nearest.ts";
import { PROPERTIES } from "./property-keys.ts";

/** Keys of the existing framework and its components, inside its own family, that say nothing to this program. */
const FOREIGN = [/^autonomous\.sboi\.url$/, /^autonomous\.batch\.structure\.folder$/, /^autonomous\.component\.fedora/];
const FAMILY = /^(autonomous|tangles)\./i;
/** Parts of a key that are easily forgotten or put in: they do not count as a difference. */
const BETWEEN = /^(?:component|sboi|mongo|zookeeper)\./;

/** A key that nothing reads, in a family that is read; `meant` is the key it resembles, where it resembles one. */
export interface Miss {
	readonly meant: string | undefined;
}

function bare(key: string): string {
	return key.toLowerCase().replace(FAMILY, "").replace(BETWEEN, "");
}

/**
 * What a property that nothing reads is taken for; undefined for another program's, of which no word is said. Those are
 * all keys outside `autonomous.` and `tangles.`, and inside `autonomous.` all that resemble no key: the existing
 * framework has more than is read here. `tangles.` has no other reader, so that each of its keys is meant for this
 * program.
 */
export function propertyMiss(key: string): Miss | undefined {
	const family = FAMILY.exec(key)?.[1]?.toLowerCase();
	if (family === undefined || FOREIGN.some((pattern) => pattern.test(key))) return undefined;
	const known = PROPERTIES.keys().filter((each) => each.startsWith(`${family}.`));
	const meant = nearest(key, known, { bare, share: 4 });
	return meant === undefined && family !== "tangles" ? undefined : { meant };
}
