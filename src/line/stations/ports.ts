import type { Page, Place } from "../batches/malformed.ts";
import type { StationRun } from "./run.ts";
import type { RegisteredStation, Registry } from "./station.ts";

/**
 * What the stations of a line leave in the database. Every call throws a Fault "unreachable" once patience is spent,
 * "refused" when the login is refused, "data" where a document is not what it must be, and the signal's reason when it
 * aborts.
 */
export interface StationDirectory {
	/** `<database>.<collection>`, for messages. */
	readonly name: string;
	/** The registry; the empty one where there is none yet. */
	registry(signal?: AbortSignal): Promise<Registry>;
	/**
	 * Stores `next` over the registry of `next.version`, and raises the version by one. False where another write came
	 * first, or may have.
	 */
	replace(next: Registry, signal?: AbortSignal): Promise<boolean>;
	/** The last run of each component on each host; of one component where it is named. */
	runs(component?: string, signal?: AbortSignal): Promise<StationRun[]>;
	/** Stores the run over an earlier one of the same component on the same host. */
	note(run: StationRun, signal?: AbortSignal): Promise<void>;
}

/**
 * The batches as they were derived for the stations of one registry. Throws as `BatchStore` does.
 */
export interface Readiness {
	/**
	 * Derives anew each batch that was not derived for the registry's generation `since`, or a later one: writers with an
	 * older registry or without any, other programs, or a derivation that was killed left it so. Writes by compare-and-set and
	 * raises no version. Gives how many it wrote.
	 */
	deriveFor(since: number, signal?: AbortSignal): Promise<number>;
	/**
	 * At most `limit` of the batches that were derived as ready for the station, in the order of `BatchStore.ready`, from
	 * behind `after`. One whose events say otherwise is left out, and derived anew.
	 */
	offered(
		station: Pick<RegisteredStation, "key" | "conditions">,
		limit: number,
		after?: Place,
		signal?: AbortSignal,
	): Promise<Page>;
}
