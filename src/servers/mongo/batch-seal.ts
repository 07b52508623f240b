import type { Filter } from "mongodb";
import type { Batch } from "../../line/batches/batch.ts";
import { type Registry, readyFor } from "../../line/stations/station.ts";
import type { QueriedBatch } from "./batch-query.ts";
import type { NeededIndex } from "./indexes.ts";

/**
 * The seal of a batch's document is the first item of `current`. It says for which generation of the stations' registry
 * `ready_for` was derived. A writer that knows nothing of `ready_for` writes the list `current` anew with each event
 * and each change, and so takes the seal away: an index on `current.0` finds the documents whose `ready_for` nobody has
 * derived since. No name of an event begins with a blank, so that the seal stands before all names.
 */
const SEAL = " derived:";
const DIGITS = 10;
/** Behind all seals of one registry: the character behind the ten digits' highest. */
const BEHIND_DIGITS = ":";
/** Behind all seals: the character behind the last of `SEAL`. */
const BEHIND_SEALS = " derived;";

const SEALED = "current.0";

/** The seal of what is derived for the registry's generation, such as ` derived:9f2c01ab34de:0000000007`. */
export const sealOf = ({ id, generation }: Pick<Registry, "id" | "generation">) =>
	`${SEAL}${id}:${String(generation).padStart(DIGITS, "0")}`;

/** `current` with the seal. */
export const sealed = <T>(current: readonly T[], registry: Registry): (T | string)[] => [sealOf(registry), ...current];

/** Types whose newest event failed; with the seal, because "seen and not succeeded" has no index. */
export const failedOf = <T>(seen: readonly T[], succeeded: readonly T[]): T[] =>
	seen.filter((type) => !succeeded.includes(type));

/** What a write of the batch says of the stations; nothing, and so no seal either, where no station is registered. */
export function offerOf(batch: Batch, registry: Registry) {
	if (registry.generation === 0) return {};
	const newest_failed = failedOf(batch.seen, batch.succeeded);
	return { current: sealed<string>(batch.current, registry), ready_for: readyFor(batch, registry), newest_failed };
}

/** `current` as it follows from the events. */
export const unsealed = (current: unknown): unknown =>
	Array.isArray(current) && isSeal(current[0]) ? current.slice(1) : current;

/** True for the first item of the list `current` of a document that is sealed. */
export const isSeal = (text: unknown) => typeof text === "string" && text.startsWith(SEAL);

/**
 * The documents that were not derived for `generation` of the registry, or a later one, as queries that an index
 * answers each: those without any item in `current`, and those whose first item stands before or behind such seals.
 */
export function outdatedFilters({ id }: Registry, generation: number): Filter<QueriedBatch>[] {
	return [
		{ [SEALED]: null },
		{ [SEALED]: { $lt: sealOf({ id, generation }) } },
		{ [SEALED]: { $gte: `${SEAL}${id}:${BEHIND_DIGITS}` } },
	] as Filter<QueriedBatch>[];
}

/** The documents without any seal, as queries that an index answers each. */
export const UNSEALED_FILTERS = [
	{ [SEALED]: null },
	{ [SEALED]: { $lt: SEAL } },
	{ [SEALED]: { $gte: BEHIND_SEALS } },
] as readonly object[] as readonly Filter<QueriedBatch>[];

/** How what a document says of the stations fits its batch. */
export type OfferFit =
	/** It has the right answer for each station of its seal. */
	| "fits"
	/** The next run of a station derives it, because it has no seal, or one of an older generation. */
	| "waits"
	/** It is sealed, and wrong. */
	| "wrong";

/** Whether a document's `ready_for` fits the batch that the document is. */
export function offerFit(document: { readonly [field: string]: unknown }, batch: Batch, registry: Registry): OfferFit {
	const { current, ready_for, newest_failed } = document;
	const seal = Array.isArray(current) && isSeal(current[0]) ? String(current[0]) : "";
	const known = registry.stations.filter(({ since }) => seal >= sealOf({ id: registry.id, generation: since }));
	if (!seal.startsWith(`${SEAL}${registry.id}:`)) return registry.generation === 0 ? "fits" : "waits";
	const right = readyFor(batch, { ...registry, stations: known });
	const offered = new Set(Array.isArray(ready_for) ? ready_for : []);
	const isRight = known.every(({ key }) => offered.has(key) === right.includes(key));
	const failed = failedOf(batch.seen, batch.succeeded);
	if (!isRight || JSON.stringify(newest_failed) !== JSON.stringify(failed)) return "wrong";
	return seal >= sealOf(registry) ? "fits" : "waits";
}

/** The index that answers these queries. */
export const SEAL_INDEX: NeededIndex = { key: { [SEALED]: 1 }, unique: false };
