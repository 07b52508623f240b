/** The lists that a delivery may have, and by which sum. */
export const CHECKSUM_LISTS = { "md5sums.txt": "md5", "sha256sums.txt": "sha256" } as const;
export type ChecksumList = keyof typeof CHECKSUM_LISTS;
export type ChecksumAlgorithm = (typeof CHECKSUM_LISTS)[ChecksumList];

const HEX: Readonly<Record<ChecksumAlgorithm, number>> = { md5: 32, sha256: 64 };
const ESCAPES: Readonly<Record<string, string>> = { "\\n": "\n", "\\r": "\r", "\\\\": "\\" };

/** What a list says: the sum of each file, and what is wrong with the list itself. */
export interface ListedSums {
	/** Lower-case hexadecimal sum by path. */
	readonly sums: ReadonlyMap<string, string>;
	readonly wrong: readonly string[];
}

/** The path without `./` at its beginning; undefined where it leads out of the folder, or names no file. */
function insideOf(path: string): string | undefined {
	const parts = path.replace(/^(?:\.\/+)+/, "").split("/");
	const leadsOut = parts.some((part) => part === "" || part === "." || part === "..");
	return leadsOut ? undefined : parts.join("/");
}

/**
 * Takes a list apart that md5sum or sha256sum wrote: a line `<sum>  <path>` for each file, `*` before the path of one
 * that was read as binary; a line that begins with a backslash has `\n`, `\r` and `\\` in its path. See "md5sum
 * invocation" in the manual of the GNU coreutils.
 */
export function readSums(text: string, algorithm: ChecksumAlgorithm): ListedSums {
	const shape = new RegExp(`^(\\\\?)([0-9a-f]{${HEX[algorithm]}}) [ *](.+)$`, "is");
	const sums = new Map<string, string>();
	const wrong: string[] = [];
	for (const [at, raw] of text.split("\n").entries()) {
		const line = raw.replace(/\r$/, "");
		if (line.trim() === "") continue;
		const [, escaped, sum = "", written] = shape.exec(line) ?? [];
		if (written === undefined) {
			wrong.push(`line ${at + 1} is no sum and path`);
			continue;
		}
		const named = escaped === "" ? written : written.replaceAll(/\\[nr\\]/g, (pair) => ESCAPES[pair] ?? pair);
		const path = insideOf(named);
		if (path === undefined) wrong.push(`line ${at + 1} names ${JSON.stringify(named)}, which is not inside the folder`);
		else if (sums.has(path) && sums.get(path) !== sum.toLowerCase()) {
			wrong.push(`line ${at + 1} has another sum for ${JSON.stringify(path)} than a line before`);
		} else sums.set(path, sum.toLowerCase());
	}
	return { sums, wrong };
}
