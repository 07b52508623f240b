import { expect, test } from "bun:test";
import { logLine } from "../../../src/base/log-line.ts";
import { shortened } from "../../../src/base/printable.ts";
import { masked } from "../../../src/cli/masked.ts";

const SECRETS = ["hunter2", 'qu"ote\\d', "tab\there", "p@ss w\u00f6rd/", "\u202eri'gh\"t", "half\ud800"];

test("each secret, as the log writes it in every format, and in an address", () => {
	for (const secret of SECRETS) {
		for (const format of ["auto", "text", "json"] as const) {
			const line = (text: string) => {
				const message = `it is ${text} indeed`;
				return logLine({ format, terminal: true }, { level: "info", date: new Date(0), message, fields: { a: text } });
			};
			const shown = (text: string) => masked(line(text), SECRETS).replace('a="***"', "a=***");
			expect({ secret, format, shown: shown(secret) }).toEqual({ secret, format, shown: line("***") });
			expect(masked(line(`//u:${encodeURIComponent(secret.toWellFormed())}@h`), [secret])).toBe(line("//u:***@h"));
		}
	}
});

test("a secret that begins with another: nothing is left of the longer one", () => {
	expect(masked("a hunter2 b hunter2-and-more c", ["hunter2", "hunter2-and-more"])).toBe("a *** b *** c");
});

test("a secret that a cut has left in part: its beginning before the mark is masked, wherever the cut was", () => {
	for (let most = 9; most <= 16; most += 1) {
		const cut = shortened("password hunter2hunter2, and more", most);
		expect({ most, shown: masked(cut, ["hunter2hunter2"]) }).toEqual({
			most,
			shown: most === 9 ? "password…" : most === 10 ? "password …" : "password ***…",
		});
	}
	expect(masked("hunter… hunt…\nhunter… other…", ["hunter2"])).toBe("***… ***…\n***… other…");
	expect(masked("a text that ends…", ["hunter2"])).toBe("a text that ends…");
});
