import { ptr } from "bun:ffi";
import { expect, test } from "bun:test";
import { cLibrary } from "../../../src/base/c-library.ts";
import { Fault } from "../../../src/base/fault.ts";
import { serviceManager } from "../../../src/base/service-manager.ts";
import { signOfLife } from "../../../src/base/sign-of-life.ts";
import { openUnixDatagrams } from "../../../src/base/unix-datagram.ts";
import { keptLog } from "../../support/config-folder.ts";
import { polled } from "../../support/until.ts";

/** unix(7), recv(2) */
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const MSG_DONTWAIT = 0x40;

/** The other end: a socket with an abstract name, which is read when the test says so. */
class Inbox implements Disposable {
	readonly name = `@tangles-test-${crypto.randomUUID()}`;
	readonly #c = cLibrary({
		socket: { args: ["int", "int", "int"], returns: "int" },
		bind: { args: ["int", "ptr", "u32"], returns: "int" },
		recv: { args: ["int", "ptr", "u64", "int"], returns: "i64" },
		close: { args: ["int"], returns: "int" },
	});
	readonly #socket = this.#c.socket(AF_UNIX, SOCK_DGRAM, 0);

	constructor() {
		const address = Buffer.from(`\u0001\0\0${this.name.slice(1)}`, "latin1");
		expect(this.#c.bind(this.#socket, ptr(address), address.length)).toBe(0);
	}

	/** The messages that have come, each with its lines. */
	read(): string[] {
		const messages: string[] = [];
		const bytes = Buffer.alloc(4096);
		for (;;) {
			const length = Number(this.#c.recv(this.#socket, ptr(bytes), 4096n, MSG_DONTWAIT));
			if (length < 0) return messages;
			messages.push(bytes.toString("utf8", 0, length));
		}
	}

	/** Leaves no room for another message. */
	fill(): void {
		const sender = openUnixDatagrams(this.name);
		while (sender.send("filler") === undefined);
		sender.close();
	}

	[Symbol.dispose](): void {
		this.#c.close(this.#socket);
	}
}

function managed(env: Readonly<Record<string, string>>, rest: { restMs?: number; idles?: boolean } = {}) {
	const stop = new AbortController();
	const log = keptLog();
	return { stop, log, manager: serviceManager({ env, log, signal: stop.signal, ...rest }) };
}

test("ready, the newest status, stopping: each a message at once, and no line of a text begins an assignment", () => {
	using inbox = new Inbox();
	const { manager, stop } = managed({ NOTIFY_SOCKET: inbox.name });
	manager.ready("at work\nREADY=0");
	expect(inbox.read()).toEqual(["READY=1\nSTATUS=at work READY=0"]);
	manager.status("one");
	manager.status("two");
	stop.abort(new Fault("terminate", "stopped by SIGTERM"));
	expect(inbox.read()).toEqual(["STATUS=stopped by SIGTERM\nSTOPPING=1"]);
	manager[Symbol.dispose]();
	expect(inbox.read()).toEqual([]);
});

test("where the reader is behind, readiness and the newest status come as soon as there is room", async () => {
	using inbox = new Inbox();
	const { manager, log } = managed({ NOTIFY_SOCKET: inbox.name });
	inbox.fill();
	manager.ready("one");
	manager.status("two");
	manager.status("three");
	expect(inbox.read().every((message) => message === "filler")).toBe(true);
	const messages = await polled("a message", async () => {
		const read = inbox.read();
		return read.length > 0 ? read : undefined;
	});
	expect(messages).toEqual(["READY=1\nSTATUS=three"]);
	expect(log.lines).toEqual([]);
	manager[Symbol.dispose]();
});

test("signs of life keep the watchdog, and nothing else does; a longer rest asks for more time", () => {
	using inbox = new Inbox();
	const { manager } = managed({ NOTIFY_SOCKET: inbox.name, WATCHDOG_USEC: "8" }, { restMs: 170_000 });
	signOfLife();
	expect(inbox.read()).toEqual([]);
	manager.ready("at work");
	expect(inbox.read()).toEqual(["READY=1\nSTATUS=at work\nWATCHDOG_USEC=300000000"]);
	signOfLife();
	expect(inbox.read()).toEqual(["WATCHDOG=1"]);
	manager[Symbol.dispose]();
	signOfLife();
	expect(inbox.read()).toEqual([]);
});

test("a run that idles keeps the watchdog by the turns of its event loop, until its end", async () => {
	using inbox = new Inbox();
	const { manager } = managed({ NOTIFY_SOCKET: inbox.name, WATCHDOG_USEC: "80000" }, { idles: true });
	manager.ready("at work");
	inbox.read();
	const kept = await polled("a sign", async () => (inbox.read().includes("WATCHDOG=1") ? true : undefined));
	expect(kept).toBe(true);
	manager[Symbol.dispose]();
	inbox.read();
	signOfLife();
	expect(inbox.read()).toEqual([]);
});

test("a watchdog of another process, or none: no sign is sent", () => {
	using inbox = new Inbox();
	for (const watchdog of [{ WATCHDOG_USEC: "8", WATCHDOG_PID: "1" }, { WATCHDOG_USEC: "0" }, {}]) {
		const { manager } = managed({ NOTIFY_SOCKET: inbox.name, ...watchdog });
		manager.ready("at work");
		signOfLife();
		expect(inbox.read()).toEqual(["READY=1\nSTATUS=at work"]);
		manager[Symbol.dispose]();
	}
});
