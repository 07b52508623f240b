import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Variables } from "./marked.ts";
import { BINARY, type Ended, Running } from "./tangles.ts";

const STAND_IN = join(import.meta.dir, "../python/service.py");
export const UNITS = join(import.meta.dir, "../../scripts/packages/units");

interface Started {
	/** Such as `tangles-work@.service`. */
	readonly unit: string;
	readonly instance?: string;
	/** `TANGLES_CONFIG` names the config file. */
	readonly env: Variables;
	/** Settings in place of the unit's. */
	readonly set?: Readonly<Record<string, string>>;
	/** Further words for the stand-in. */
	readonly words?: readonly string[];
}

/** A service of one of our units, run by a stand-in for systemd that enforces its sandbox: `test/python/service.py`. */
export class Service implements AsyncDisposable {
	readonly folder: string;
	readonly #running: Running;
	readonly #stdin: { controller?: ReadableStreamDefaultController<Uint8Array> } = {};

	private constructor(folder: string, started: Started) {
		this.folder = folder;
		const input = new ReadableStream<Uint8Array>({
			start: (controller) => {
				this.#stdin.controller = controller;
			},
		});
		const { unit, instance = "", set = {}, words = [] } = started;
		const changes = Object.entries(set).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
		const paths = [join(UNITS, unit), instance, BINARY, started.env.TANGLES_CONFIG ?? "", join(folder, "state")];
		const env = { PATH: process.env.PATH ?? "", ...started.env };
		// Debian's own Python has the module for the filter of system calls.
		const command = ["/usr/bin/python3", STAND_IN, ...changes, ...words, ...paths];
		this.#running = new Running(command, env, folder, input);
	}

	static async start(started: Started): Promise<Service> {
		const folder = await mkdtemp(join(tmpdir(), "tangles-service-"));
		await mkdir(join(folder, "state"));
		return new Service(folder, started);
	}

	/** Resolves with the service's pid once it is started, or started again. */
	async started(): Promise<number> {
		return Number((await this.line("started ")).split(" ")[1]);
	}

	/** Resolves with the next line that contains `text`. */
	async line(text: string): Promise<string> {
		return await this.#running.line(text);
	}

	/** As `systemctl stop`. */
	stop(): void {
		this.#stdin.controller?.enqueue(Buffer.from("stop\n"));
	}

	async ended(): Promise<Ended> {
		return await this.#running.ended();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#running[Symbol.asyncDispose]();
		await rm(this.folder, { recursive: true, force: true });
	}
}
