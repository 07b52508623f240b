const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,3})?)?(?:Z|[+-]([01]\d|2[0-3]):?[0-5]\d))?$/;

/** What `readTime` takes, for messages. */
export const TIME_FORMS = "2026-01-31, 2026-01-31T13:45:00Z or 2026-01-31T14:45:00.123+01:00";

/** The time that ISO 8601 text names, a date alone being midnight UTC; undefined where it names none. */
export function readTime(text: string): Date | undefined {
	const [, year, month, day, hour = "0", minute = "0", second = "0"] = ISO.exec(text) ?? [];
	if (year === undefined) return undefined;
	// A day that its month does not have would be taken for one of the next.
	const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
	const inRange =
		Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= lastDay && Number(hour) < 24;
	if (!inRange || Number(minute) > 59 || Number(second) > 59) return undefined;
	const time = new Date(text);
	return Number.isNaN(time.getTime()) ? undefined : time;
}
