import { expect, test } from "bun:test";
import { logLine } from "../../../src/base/log-line.ts";

const DATE = new Date("2026-11-24T01:02:03.456Z");
const ABOUT = { run: "r-1", verb: "component" };
const RECORD = { level: "error", date: DATE, message: 'it "fails"\nnow', fields: { batch: "B1-RT1", tcn: 9 } } as const;

test("text and JSON carry the same keys", () => {
	const text = logLine({ format: "text", terminal: false, about: ABOUT }, RECORD);
	expect(text).toBe('2026-11-24T01:02:03.456Z error it "fails" now batch=B1-RT1 tcn=9 run=r-1 verb=component');
	const json = JSON.parse(logLine({ format: "json", terminal: false, about: ABOUT }, RECORD));
	expect(json).toEqual({
		time: DATE.toISOString(),
		level: "error",
		message: RECORD.message,
		...ABOUT,
		batch: "B1-RT1",
		tcn: 9,
	});
	const keys = [...text.matchAll(/(\w+)=/g)].map(([, key]) => key);
	expect([...keys, "time", "level", "message"].toSorted()).toEqual(Object.keys(json).toSorted());
});

test("fields of any names: the frame's keys are the frame's, and stand first", () => {
	const names: Record<string, string> = { level: "x", run: "x", time: "x", message: "x", verb: "x", batch: "B1-RT1" };
	const json = logLine({ format: "json", terminal: false, about: ABOUT }, { ...RECORD, fields: names });
	const frame = { time: DATE.toISOString(), level: "error", message: RECORD.message, ...ABOUT };
	expect(json).toBe(JSON.stringify({ ...frame, batch: "B1-RT1" }));
});

test("what would act on a terminal is shown, and JSON reads it back as it was", () => {
	const message = "a\u202eb\u007f\u009b\u{e0001}c";
	const line = (format: "text" | "json") => logLine({ format, terminal: true }, { ...RECORD, message });
	for (const format of ["text", "json"] as const) expect(line(format)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
	expect(JSON.parse(line("json")).message).toBe(message);
});

test("the journal: the priority in front, in each format; no second time for people", () => {
	const form = { terminal: false, journal: true, about: ABOUT };
	expect(logLine(form, RECORD)).toBe('<3>error it "fails" now batch=B1-RT1 tcn=9');
	expect(logLine({ ...form, format: "json" }, { ...RECORD, level: "warn" })).toStartWith('<4>{"time":');
	expect(logLine({ ...form, format: "text" }, { ...RECORD, level: "debug" })).toStartWith("<7>2026-");
});
