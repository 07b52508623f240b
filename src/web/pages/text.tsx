import type { Child } from "hono/jsx";
import { printableLines, shortened } from "../../base/printable.ts";

/** Of a name or an id of others: what is longer is no name. */
const LONGEST_NAME = 200;
const LONGEST_TITLE = 10 * LONGEST_NAME;
/** Letters that are looked at: more would cost a reader of megabytes seconds, and nothing of them is shown. */
const LOOKED_AT = 10 * LONGEST_TITLE;

/** Text of others on one line, for a place that takes no element, such as an option. */
export function plainName(text: string, most = LONGEST_NAME): string {
	return shortened(text.length > LOOKED_AT ? text.trimStart().slice(0, LOOKED_AT) : text, most);
}

/**
 * Text of others on one line: isolated, so that its direction of writing turns nothing around it, without control
 * characters, cut to `most` characters; the rest is in the title.
 */
export function Name({ text, most = LONGEST_NAME }: { readonly text: string; readonly most?: number }) {
	const short = plainName(text, most);
	const whole = plainName(text, LONGEST_TITLE);
	return short === whole ? <bdi>{short}</bdi> : <bdi title={whole}>{short}</bdi>;
}

/** Lines of others, with their line ends; `more` is shown where they are cut to `most` characters. */
export function Lines({ text, most, more }: { readonly text: string; readonly most: number; readonly more: Child }) {
	const isCut = text.length > most;
	return (
		<>
			<pre tabindex={0}>
				<bdi>{printableLines(isCut ? text.slice(0, most) : text)}</bdi>
			</pre>
			{isCut && <p class="note">{more}</p>}
		</>
	);
}

const GROUPED = new Intl.NumberFormat("en", { useGrouping: true, maximumFractionDigits: 1 });

/** `1,234,567`. */
export const grouped = (count: number) => GROUPED.format(count);

/** `1 batch`, `2 batches`. */
export const counted = (count: number, one: string, many: string) => `${grouped(count)} ${count === 1 ? one : many}`;
