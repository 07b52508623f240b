import { openSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Random } from "../support/random.ts";
import { type Kind, LAYERS } from "./checker/history.ts";
import type { ClientLink } from "./client-link.ts";
import type { HistoryFile } from "./history-file.ts";
import { program } from "./python.ts";

const ROOT = join(import.meta.dir, "../..");

/** What all clients of a soak share. */
export interface Ground {
	/** For configs, counters and the clients' own words. */
	readonly folder: string;
	readonly history: HistoryFile;
	readonly python: string;
	/** The executable of tangles. */
	readonly binary: string;
	readonly locks: readonly string[];
	/** How long sections run, ms. */
	readonly lengths: readonly number[];
	readonly sessionMs: number;
	readonly seed: number;
	/** How many locks a client takes at a time with its one session; tangles has a session a lock. */
	readonly threads: number;
	/** Time between the ticks of a section. */
	readonly tickMs: number;
}

/** Builds Curator's side, once. */
export async function curatorPrograms(): Promise<void> {
	const build = Bun.spawn([join(ROOT, "scripts/curator")], { stdout: "ignore", stderr: "pipe" });
	const err = await new Response(build.stderr).text();
	if ((await build.exited) !== 0) throw new Error(`scripts/curator: ${err}`);
}

/** Something that takes locks over and over. */
export abstract class Client {
	readonly name: string;
	readonly kind: Kind;
	readonly link: ClientLink;
	protected readonly ground: Ground;
	protected child: Bun.Subprocess<"pipe", number, number> | undefined;
	protected ending = false;
	#over: Promise<void> = Promise.resolve();

	constructor(name: string, kind: Kind, link: ClientLink, ground: Ground) {
		this.name = name;
		this.kind = kind;
		this.link = link;
		this.ground = ground;
	}

	/** A process that takes locks, for once or until it is told to end. */
	protected abstract command(): readonly string[];
	/** What its end means. */
	protected abstract outcome(child: Bun.Subprocess): string;

	async prepare(): Promise<void> {}

	start(): void {
		this.#over = this.#run();
	}

	async #run(): Promise<void> {
		const log = openSync(join(this.ground.folder, `${this.name}.log`), "a");
		while (!this.ending) {
			this.child = Bun.spawn([...this.command()], { stdin: "pipe", stdout: log, stderr: log, env: this.env() });
			await this.child.exited;
			this.ground.history.emit({
				...{ event: "outcome", client: this.name, kind: this.kind, outcome: this.outcome(this.child) },
			});
		}
	}

	protected env(): Record<string, string> {
		const { PATH = "", TEST_FILE_MARK } = process.env;
		return {
			PATH,
			SECTION_TICK_MS: String(this.ground.tickMs),
			...(TEST_FILE_MARK === undefined ? {} : { TEST_FILE_MARK }),
		};
	}

	/** The words of the work, in which the client puts lock, token and length. */
	protected section(lock: string, token: string, length: string): string[] {
		const { python, history, folder } = this.ground;
		const layers = LAYERS[this.kind].join(",");
		return [...program(python, "section.py"), history.path, folder, this.name, this.kind, lock, layers, token, length];
	}

	/** A signal to the client, and to none of its children. */
	signal(name: "SIGSTOP" | "SIGCONT" | "SIGKILL"): void {
		this.child?.kill(name);
	}

	/** Takes no lock any more. Resolves once the last work is over. */
	async end(): Promise<void> {
		this.ending = true;
		await this.child?.stdin.end();
		await this.#over;
	}

	/** For a client that does not end by itself. */
	async kill(): Promise<void> {
		this.ending = true;
		this.signal("SIGKILL");
		await this.#over;
	}
}

/** `tangles locks exec`, again and again, each with a session of its own. */
export class TanglesClient extends Client {
	readonly #number = Number(/\d+$/.exec(this.name)?.[0] ?? 0);
	readonly #random = new Random(this.ground.seed + this.#number);

	get #config(): string {
		return join(this.ground.folder, `${this.name}.yaml`);
	}

	override async prepare(): Promise<void> {
		const keys = `connect: "${this.link.connect}", session-timeout: ${this.ground.sessionMs}ms, lock-layout: both`;
		await writeFile(this.#config, `zookeeper-connection-info: { ${keys} }\n`);
	}

	/** One run at one lock, with a section of `length` ms. */
	commandAt(lock: string, length: number): readonly string[] {
		const work = this.section(lock, "-", String(length));
		return [this.ground.binary, "locks", "exec", "-q", "--wait", "120s", lock, "--", ...work];
	}

	protected command(): readonly string[] {
		const { locks, lengths } = this.ground;
		// Always the same lock: at each there is then somebody who wants it.
		return this.commandAt(locks[this.#number % locks.length] ?? "", this.#random.of(lengths) ?? 0);
	}

	protected override env(): Record<string, string> {
		return { ...super.env(), TANGLES_CONFIG: this.#config };
	}

	protected outcome({ exitCode, signalCode }: Bun.Subprocess): string {
		return String(signalCode ?? exitCode);
	}

	/** One run by itself, when the client has ended: what it leaves behind is nobody else's. */
	async runAt(lock: string, length: number): Promise<number> {
		const log = Bun.file(join(this.ground.folder, `${this.name}.log`));
		const child = Bun.spawn([...this.commandAt(lock, length)], { stdin: "ignore", stderr: log, env: this.env() });
		return await child.exited;
	}
}

/** A process with one session and several threads, which lives as long as it may. */
abstract class ThreadedClient extends Client {
	protected outcome({ exitCode, signalCode }: Bun.Subprocess): string {
		return String(signalCode ?? exitCode);
	}

	/** The arguments that the programs have in common, after the connect string. */
	protected words(): string[] {
		const { sessionMs, threads, seed } = this.ground;
		return [sessionMs, threads, seed].map(String);
	}

	protected choices(): string[] {
		const { locks, lengths } = this.ground;
		return [locks.join(","), lengths.join(","), ...this.section("{lock}", "{token}", "{length}")];
	}
}

export class CuratorClient extends ThreadedClient {
	protected command(): readonly string[] {
		const [folder, directory] = this.kind === "curator-1.3.3" ? ["flat", ""] : ["v2", "/leases"];
		const home = join(ROOT, ".local/curator", folder);
		const java = ["java", "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
		const main = ["-cp", `${home}/classes:${home}/lib/*`, "SectionRunner", this.link.connect];
		return [...java, ...main, ...this.words(), directory, ...this.choices()];
	}
}

export class KazooClient extends ThreadedClient {
	protected command(): readonly string[] {
		const { python } = this.ground;
		return [...program(python, "kazoo_client.py"), this.link.connect, ...this.words(), ...this.choices()];
	}
}
