import { describe, expect, test } from "bun:test";
import { Fault } from "../../../../src/base/fault.ts";
import { Secret } from "../../../../src/base/secret.ts";
import { type Pause, pauseOf, pauseText, resumeHint, somePaused } from "../../../../src/servers/faktory/pause.ts";
import { PauseNotice } from "../../../../src/servers/faktory/pause-notice.ts";
import { keptLog } from "../../../support/config-folder.ts";

const CONFIG = { host: "h", port: 7419, password: undefined, tls: undefined, queue: "q" };
const WRONGTYPE = new Fault("failed", "refuses a command: ERR QUEUE: WRONGTYPE Operation against a key");

/** A server that answers LATENCY with `latency`, and INFO with each of `infos` in turn. */
function server(latency: string | Error, ...infos: Readonly<Record<string, number>>[]) {
	return async (...words: string[]): Promise<string> => {
		if (words[0] === "QUEUE") {
			if (latency instanceof Error) throw latency;
			return latency;
		}
		const queues = infos.length > 1 ? infos.shift() : infos[0];
		const sets = { scheduled: 0, retries: 0, working: 0, dead: 0 };
		const faktory = { queues, sets, total_processed: 0, total_failures: 0 };
		return JSON.stringify({ faktory, server: { faktory_version: "1.9.3" } });
	};
}

describe("pauseOf()", () => {
	const rows: readonly (readonly [name: string, ask: ReturnType<typeof server>, pause: Pause])[] = [
		["no queue of the server is paused", server('{"paused":0}', { q: 5 }), "no"],
		["the only queue", server(WRONGTYPE, { q: 5 }), "yes"],
		["the only queue, empty", server(WRONGTYPE, { q: 0 }), "yes"],
		["one of several, and nothing is taken", server(WRONGTYPE, { q: 5, other: 0 }, { q: 5, other: 0 }), "perhaps"],
		["another of several: jobs of this one are taken", server(WRONGTYPE, { q: 5, other: 9 }, { q: 4, other: 9 }), "no"],
		["the last job is taken", server(WRONGTYPE, { q: 1, other: 9 }, { other: 9 }), "no"],
		["another of several, this one is empty", server(WRONGTYPE, { q: 0, other: 9 }), "no"],
		["a queue that the server does not know", server(WRONGTYPE, { other: 9 }), "no"],
		[
			"a server without QUEUE LATENCY",
			server(new Fault("failed", "no such QUEUE subcommand: LATENCY"), { q: 5 }),
			"no",
		],
	];
	for (const [name, ask, pause] of rows) test(name, async () => expect(await pauseOf("q", ask)).toBe(pause));

	test("a server out of reach is no answer", async () => {
		await expect(somePaused(server(new Fault("unreachable", "WRONGTYPE")))).rejects.toThrow("WRONGTYPE");
	});
});

describe("the words", () => {
	test("of the pause", () => {
		expect(pauseText("queue q", "yes", 1)).toBe("queue q is paused: its 1 job is given to nobody");
		expect(pauseText("queue q", "yes", 0)).toBe("queue q is paused: its 0 jobs are given to nobody");
		expect(pauseText("queue q", "perhaps", 3)).toBe(
			"queue q: nobody takes its 3 jobs, and a queue of this server is paused, perhaps this one",
		);
	});

	test("of the command: one to type where no login is needed", () => {
		const page = "resume it on the server's web page, under Queues, or by";
		expect(resumeHint(CONFIG)).toBe(
			`${page} \`printf 'HELLO {"v":2}\\r\\nQUEUE RESUME q\\r\\nEND\\r\\n' | nc h 7419\``,
		);
		const loggedIn = `${page} a client that is logged in: \`QUEUE RESUME q\``;
		expect(resumeHint({ ...CONFIG, password: new Secret("x") })).toBe(loggedIn);
		expect(resumeHint({ ...CONFIG, tls: { ca: undefined, cert: undefined, key: undefined } })).toBe(loggedIn);
	});
});

describe("PauseNotice", () => {
	const notice = () => {
		const log = keptLog();
		const asked = { times: 0 };
		const answering = (pause: Pause) => async () => {
			asked.times += 1;
			return pause;
		};
		return { notice: new PauseNotice(CONFIG, log), log, asked, answering };
	};

	test("asks only where the queue stands still with jobs in it, and tells once until it goes on", async () => {
		const { notice: it, log, asked, answering } = notice();
		for (const enqueued of [0, 0, 5, 4, 6]) await it.look(enqueued, answering("yes"));
		expect(asked.times).toBe(0);
		for (const enqueued of [6, 6, 6]) await it.look(enqueued, answering("yes"));
		expect(asked.times).toBe(1);
		expect(log.lines.map(({ level, message }) => [level, message.split(";")[0]])).toEqual([
			["warn", "Faktory at h:7419, queue q is paused: its 6 jobs are given to nobody"],
		]);
		await it.look(2, answering("yes"));
		expect(log.lines.at(-1)).toMatchObject({ level: "info", message: "Faktory at h:7419, queue q gives jobs again" });
	});

	test("a queue that stands still for another reason is not asked about at each look", async () => {
		const { notice: it, log, asked, answering } = notice();
		for (let look = 0; look < 20; look += 1) await it.look(3, answering("no"));
		expect(asked.times).toBe(1);
		expect(log.lines).toEqual([]);
	});

	test("withheld jobs are told where a queue is paused, or after many times; a job that is given ends it", async () => {
		const { notice: it, log } = notice();
		await it.withheld(0, async () => true);
		await it.withheld(2, async () => false);
		expect(log.lines).toEqual([]);
		await it.withheld(2, async () => true);
		await it.withheld(2, async () => true);
		expect(log.lines.map(({ level }) => level)).toEqual(["warn"]);
		it.given();
		for (let times = 0; times < 9; times += 1) await it.withheld(2, async () => false);
		expect(log.lines.map(({ level }) => level)).toEqual(["warn", "info"]);
		await it.withheld(2, async () => false);
		expect(log.lines.map(({ level }) => level)).toEqual(["warn", "info", "warn"]);
	});
});
