import type { StationDirectory } from "./ports.ts";
import type { StationRun } from "./run.ts";
import { EMPTY_REGISTRY, type Registry } from "./station.ts";

/** A call of the port. */
export type StationDirectoryCall = "registry" | "replace" | "runs" | "note";

/** The stations' collection without a server; each call is carried out in one step. */
export class InMemoryStationDirectory implements StationDirectory {
	readonly name = "memory.batches_stations";
	readonly #before: (call: StationDirectoryCall) => void | Promise<void>;
	readonly #runs = new Map<string, StationRun>();
	#registry = EMPTY_REGISTRY;

	/** `before` is awaited before each call is carried out; what it throws, the call throws. */
	constructor(before: (call: StationDirectoryCall) => void | Promise<void> = () => {}) {
		this.#before = before;
	}

	async registry(signal?: AbortSignal): Promise<Registry> {
		await this.#turn("registry", signal);
		return this.#registry;
	}

	async replace(next: Registry, signal?: AbortSignal): Promise<boolean> {
		await this.#turn("replace", signal);
		if (this.#registry.version !== next.version) return false;
		this.#registry = { ...next, version: next.version + 1 };
		return true;
	}

	async runs(component?: string, signal?: AbortSignal): Promise<StationRun[]> {
		await this.#turn("runs", signal);
		return [...this.#runs.values()].filter((run) => component === undefined || run.component === component);
	}

	async note(run: StationRun, signal?: AbortSignal): Promise<void> {
		await this.#turn("note", signal);
		this.#runs.set(`${run.component}/${run.host}`, run);
	}

	async #turn(call: StationDirectoryCall, signal: AbortSignal | undefined): Promise<void> {
		signal?.throwIfAborted();
		await this.#before(call);
		signal?.throwIfAborted();
	}
}
