import { jsonLine } from "../base/log-line.ts";
import { printable } from "../base/printable.ts";

const SHOWN = "***";
/** What tangles writes where it has cut a text of others. */
const CUT = "…";

const unquoted = (json: string) => json.slice(1, -1);

/** A secret as it may stand in a log: as it is or as a child's lines are shown, in each format; in an address. */
function spellings(secret: string): string[] {
	const shown = [secret, printable(secret)].flatMap((text) => {
		return [text, unquoted(jsonLine(text)), printable(unquoted(JSON.stringify(text)))];
	});
	return [...shown, encodeURIComponent(secret.toWellFormed())];
}

/** Each place where the text was cut within `secret`: the secret's beginning before the mark. */
function maskedAtCuts(text: string, secret: string): string {
	const [first = "", ...rest] = text.split(CUT);
	let before = first;
	let all = "";
	for (const next of rest) {
		let length = Math.min(secret.length - 1, before.length);
		while (length > 0 && !before.endsWith(secret.slice(0, length))) length -= 1;
		all += `${length === 0 ? before : `${before.slice(0, -length)}${SHOWN}`}${CUT}`;
		before = next;
	}
	return all + before;
}

/**
 * The text with `***` for each of the secrets, whether it stands there as it is, as the log escapes it, or as far as a
 * cut has left it. The longest first: one secret may begin with another.
 */
export function masked(text: string, secrets: readonly string[]): string {
	const all = new Set(secrets.filter((secret) => secret !== "").flatMap(spellings));
	const longestFirst = [...all].toSorted((a, b) => b.length - a.length);
	const whole = longestFirst.reduce((done, secret) => done.replaceAll(secret, SHOWN), text);
	return longestFirst.reduce(maskedAtCuts, whole);
}
