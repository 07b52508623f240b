import type { Child } from "hono/jsx";
import { printableLines, shortened } from "../../base/printable.ts";

/** Of a name or an id of others: what is longer is no name. */
const LONGEST_NAME = 200;

/**
 * Text of others on one line: isolated, so that its direction of writing turns nothing around it, without control
 * characters, cut to `most` characters; the rest is in the title.
 */
export function Name({ text, most = LONGEST_NAME }: { readonly text: string; readonly most?: number }) {
	const short = shortened(text, most);
	const whole = shortened(text, 10 * LONGEST_NAME);
	return short === whole ? <bdi>{short}</bdi> : <bdi title={whole}>{short}</bdi>;
}

/** Lines of others, with their line ends; `more` is shown where they are cut to `most` characters. */
export function Lines({ text, most, more }: { readonly text: string; readonly most: number; readonly more: Child }) {
	const isCut = text.length > most;
	return (
		<>
			<pre>
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
