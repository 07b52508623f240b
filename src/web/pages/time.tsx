import type { PageContext } from "./context.ts";
import { Name } from "./text.tsx";

const STEPS: readonly (readonly [unit: string, seconds: number])[] = [
	["d", 86_400],
	["h", 3600],
	["min", 60],
	["s", 1],
];

/** `3 d 4 h`, `12 min`, `0 s`: the two largest units that say something. */
export function spanText(seconds: number): string {
	const whole = Math.max(0, Math.round(seconds));
	const first = STEPS.findIndex(([, size]) => whole >= size);
	if (first === -1) return "0 s";
	const parts: string[] = [];
	let rest = whole;
	for (const [unit, size] of STEPS.slice(first, first + 2)) {
		const count = Math.floor(rest / size);
		rest -= count * size;
		if (count > 0) parts.push(`${count} ${unit}`);
	}
	return parts.join(" ");
}

/** Seconds from then to now; 0 for a time ahead. */
export const ageOf = (time: string | Date, { now }: Pick<PageContext, "now">) =>
	Math.max(0, (+now - +new Date(time)) / 1000);

/** By zone. To make one costs fifty times as much as a time's text, and a page has hundreds of times. */
const CLOCKS = new Map<string, Intl.DateTimeFormat>();

/** `2026-11-26 14:03:05` in the page's time zone. */
export function clockText(time: Date, { timeZone }: Pick<PageContext, "timeZone">): string {
	let clock = CLOCKS.get(timeZone);
	if (clock === undefined) {
		clock = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium", timeZone });
		CLOCKS.set(timeZone, clock);
	}
	return clock.format(time);
}

interface TimeProps {
	readonly at: string | Date;
	readonly ctx: PageContext;
	/** Its age alone; the time is in the title. */
	readonly aged?: boolean;
}

/** A time in the page's zone, with its age; text that is no time as it is. */
export function Time({ at, ctx, aged = false }: TimeProps) {
	const time = new Date(at);
	if (Number.isNaN(+time)) return <Name text={String(at)} most={40} />;
	const clock = clockText(time, ctx);
	const age = `${spanText(ageOf(time, ctx))} ago`;
	const said = +time > +ctx.now + 1000 ? "ahead of this clock" : age;
	return (
		<time datetime={time.toISOString()} title={aged ? clock : said}>
			{aged ? said : clock}
		</time>
	);
}
