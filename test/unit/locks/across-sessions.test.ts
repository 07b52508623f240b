import { expect, test } from "bun:test";
import { Fault } from "../../../src/base/fault.ts";
import { acrossSessions } from "../../../src/locks/across-sessions.ts";
import { InMemoryEnsemble, type InMemorySession } from "../../../src/locks/in-memory.ts";
import { never } from "../../support/lock-memory.ts";

const away = () => new Fault("unreachable", "ZooKeeper memory did not answer");

/** Opens sessions as `answers` says: a session, or what is thrown instead; the last answer is repeated. */
function opener(...answers: readonly (InMemorySession | Fault)[]) {
	const opened = { count: 0 };
	const open = async (signal: AbortSignal) => {
		// As a real attempt it takes a moment (without it, attempts in a row would keep timers from ringing) and ends with the
		// signal.
		await Bun.sleep(1);
		signal.throwIfAborted();
		const answer = answers[Math.min(opened.count, answers.length - 1)];
		opened.count += 1;
		if (answer === undefined || answer instanceof Fault) throw answer;
		return answer;
	};
	return { open, opened };
}

test("work whose session is lost runs again in a new one, over attempts that fail", async () => {
	const ensemble = new InMemoryEnsemble();
	const [first, second] = [ensemble.open(), ensemble.open()];
	const { open, opened } = opener(first, away(), away(), second);
	const losses: string[] = [];
	const deadline = performance.now() + 60_000;
	const lost = ({ message }: Fault) => losses.push(message);
	const { session, value } = await acrossSessions({ open, deadline, signal: never, lost }, async (live) => {
		if (live === first) first.expire();
		live.lost.throwIfAborted();
		return await live.children("/");
	});
	expect([session, value, opened.count, session.state]).toEqual([second, [], 4, "connected"]);
	expect(losses).toEqual(["lost the session with ZooKeeper memory: the session has expired"]);
});

test("the first session must open at once", async () => {
	const { open, opened } = opener(away());
	const options = { open, deadline: performance.now() + 60_000, signal: never };
	await expect(acrossSessions(options, async () => {})).rejects.toThrow("did not answer");
	expect(opened.count).toBe(1);
});

test("what the work throws by itself is thrown, with its session closed", async () => {
	const session = new InMemoryEnsemble().open();
	const options = { open: opener(session).open, deadline: Number.POSITIVE_INFINITY, signal: never };
	const failing = acrossSessions(options, async () => {
		throw new Fault("unreachable", "another server");
	});
	await expect(failing).rejects.toThrow("another server");
	expect(session.state).toBe("lost");
});

test("without a session by the deadline it says how long it tried, and what the last attempt met", async () => {
	const session = new InMemoryEnsemble().open();
	const { open } = opener(session, away());
	const losing = acrossSessions({ open, deadline: performance.now() + 400, signal: never }, async () => {
		session.expire();
		session.lost.throwIfAborted();
	});
	await expect(losing).rejects.toMatchObject({
		kind: "unreachable",
		message: expect.stringMatching(
			/^ZooKeeper memory did not answer; no new session within 0(?:\.\d)? s, the time that was left to wait$/,
		),
	});
});

test("the signal ends the search for a new session with its reason", async () => {
	const session = new InMemoryEnsemble().open();
	const stop = new AbortController();
	const { open } = opener(session, away());
	const options = {
		open,
		deadline: Number.POSITIVE_INFINITY,
		signal: stop.signal,
		lost: () => stop.abort(new Error("enough")),
	};
	const losing = acrossSessions(options, async () => {
		session.expire();
		session.lost.throwIfAborted();
	});
	await expect(losing).rejects.toThrow("enough");
});
