import { messageOf } from "./fault.ts";
import type { Log } from "./log.ts";
import { onSignOfLife, signOfLife } from "./sign-of-life.ts";
import { openUnixDatagrams, type UnixDatagrams } from "./unix-datagram.ts";

/** Status lines, and what could not be sent, go out this often. */
const EVERY_MS = 1000;
/** Signs of life that are passed on, to each time-out of the watchdog: several may be lost. */
const SIGNS_PER_TIMEOUT = 8;
/** The longest attempt of a call to a server, with the pause before the next one. */
const LONGEST_CALL_MS = 130_000;

/** Who has started this run and watches it: systemd, or nobody. sd_notify(3) */
export interface ServiceManager extends Disposable {
	/** Start-up is over. From now on the watchdog runs. */
	ready(status: string): void;
	/** What the run does, in a line for people. The newest is sent, at most once a second. */
	readonly status: (text: string) => void;
}

/** Nobody watches. */
const NOBODY: ServiceManager = { ready: () => {}, status: () => {}, [Symbol.dispose]: () => {} };

interface ManagedRun {
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly log: Log;
	/** Aborts when the run is to stop. */
	readonly signal: AbortSignal;
	/** The longest time that may pass between two calls to the servers, in ms: such as the producer's `poll`. */
	readonly restMs?: number;
	/** True for a run that rests for as long as nobody asks it for anything: then a turn of the event loop is a sign. */
	readonly idles?: boolean;
}

/**
 * The service manager that $NOTIFY_SOCKET names. It is told of readiness, status lines and the end, and gets the signs
 * of life that its watchdog ($WATCHDOG_USEC) asks for. Where it cannot be told, the run warns and goes on.
 */
export function serviceManager(run: ManagedRun): ServiceManager {
	const { NOTIFY_SOCKET: name = "" } = run.env;
	if (name === "") return NOBODY;
	try {
		if (!/^[/@]./.test(name)) throw new Error("is neither a path nor @ with a name");
		return new NotifiedManager(openUnixDatagrams(name), run);
	} catch (error) {
		run.log.warn("the service manager is told nothing of this run", { NOTIFY_SOCKET: name, cause: messageOf(error) });
		return NOBODY;
	}
}

/** The watchdog's time-out in ms; undefined where none watches this process. sd_watchdog_enabled(3) */
function watchdogMs({ WATCHDOG_USEC: micros = "", WATCHDOG_PID: pid = "" }: ManagedRun["env"]): number | undefined {
	if (pid !== "" && Number(pid) !== process.pid) return undefined;
	return /^[1-9]\d{0,15}$/.test(micros) ? Number(micros) / 1000 : undefined;
}

class NotifiedManager implements ServiceManager {
	readonly #socket: UnixDatagrams;
	readonly #run: ManagedRun;
	/** What is to be sent, by name: a newer value replaces an older one. */
	readonly #pending = new Map<string, string>();
	#timer: NodeJS.Timeout | undefined;
	#sent = Number.NEGATIVE_INFINITY;
	#warned = false;
	#unwatch = () => {};

	constructor(socket: UnixDatagrams, run: ManagedRun) {
		this.#socket = socket;
		this.#run = run;
		run.signal.addEventListener("abort", this.#stopping, { once: true });
	}

	ready(status: string): void {
		this.#pending.set("READY", "1").set("STATUS", status);
		this.#watch();
		this.#send();
	}

	readonly status = (text: string): void => {
		this.#pending.set("STATUS", text);
		if (performance.now() - this.#sent >= EVERY_MS) this.#send();
		else this.#later();
	};

	#watch(): void {
		const given = watchdogMs(this.#run.env);
		if (given === undefined) return;
		// A run that rests for long by its config must not be killed for it.
		const timeout = Math.max(given, (this.#run.restMs ?? 0) + LONGEST_CALL_MS);
		if (timeout > given) this.#pending.set("WATCHDOG_USEC", String(Math.ceil(timeout * 1000)));
		let last = performance.now();
		const turns = this.#run.idles === true ? setInterval(signOfLife, given / SIGNS_PER_TIMEOUT).unref() : undefined;
		const forget = onSignOfLife(() => {
			const now = performance.now();
			if (now - last < given / SIGNS_PER_TIMEOUT) return;
			last = now;
			this.#pending.set("WATCHDOG", "1");
			this.#send();
		});
		this.#unwatch = () => {
			clearInterval(turns);
			forget();
		};
	}

	readonly #stopping = (): void => {
		this.#pending.set("STOPPING", "1").set("STATUS", messageOf(this.#run.signal.reason));
		this.#send();
	};

	#later(): void {
		this.#timer ??= setTimeout(() => this.#send(), EVERY_MS).unref();
	}

	#send(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (this.#pending.size === 0) return;
		// A line end would begin another assignment.
		const lines = [...this.#pending].map(([name, value]) => `${name}=${value.replaceAll(/\s+/g, " ")}`);
		const refused = this.#socket.send(lines.join("\n"));
		this.#sent = performance.now();
		// It is behind with reading, or is being replaced by a newer one.
		if (refused !== undefined) this.#later();
		else this.#pending.clear();
		if (refused === undefined || refused === "EAGAIN" || this.#warned) return;
		this.#warned = true;
		this.#run.log.warn("the service manager cannot be told of this run; trying on", { cause: refused });
	}

	[Symbol.dispose](): void {
		this.#unwatch();
		this.#run.signal.removeEventListener("abort", this.#stopping);
		this.#send();
		clearTimeout(this.#timer);
		this.#socket.close();
	}
}
