import type { DoctorLine } from "../../base/doctor-line.ts";
import { isFault } from "../../base/fault.ts";
import type { Config, MongoConfig } from "../../config/config.ts";
import { mongoOptionsOf } from "../../config/values/mongo-uri.ts";
import { check } from "../../enumeration/recover/check-collection.ts";
import { batchHealth } from "../../servers/mongo/batch-health.ts";
import type { Mongo } from "../../servers/mongo/connection.ts";
import { mongoFacts, tryWriting } from "../../servers/mongo/health.ts";
import { ensureIndexes } from "../../servers/mongo/indexes.ts";
import { neededIndexes } from "../../servers/mongo/init.ts";
import { MongoStencilReader } from "../../servers/mongo/stencil-reader.ts";
import { clockLine } from "./clock.ts";
import { type AddLines, fail, ok, thrownLine, warn } from "./line.ts";
import { stationLines } from "./stations-part.ts";

const PART = "mongo";
/** `tangles recover --dry-run` has them all. */
const MOST_FINDINGS = 20;
/** A long look at the batches ends here. */
const BATCHES_MS = 3000;

async function rights(mongo: Mongo): Promise<DoctorLine> {
	try {
		await tryWriting(mongo);
		return ok(PART, `rights: may write and delete in ${mongo.database}`);
	} catch (error) {
		if (!isFault(error, "refused")) throw error;
		return fail(PART, `rights: may not write and delete in ${mongo.database}: ${error.message}`, error.hint ?? "");
	}
}

/** The indexes that `tangles init` would add. */
async function missing(mongo: Mongo, { tangles, batches, components, faktory }: Config): Promise<DoctorLine[]> {
	const lines: DoctorLine[] = [];
	for (const { collection, needed: indexes } of neededIndexes(tangles, batches)) {
		// A site may have one half of the product and not the other.
		const isLine = collection === batches.collection;
		if (isLine ? components.size === 0 : faktory === undefined) continue;
		const { present, added } = await ensureIndexes(mongo, collection, indexes, true);
		const text = `indexes of ${collection}: `;
		if (added === 0) lines.push(ok(PART, `${text}${present}, as they must be`));
		else {
			const hint = `tangles init makes them${isLine ? ", or within an hour the runs of components" : ""}`;
			lines.push(fail(PART, `${text}${added} of ${present + added} are missing`, hint));
		}
	}
	return lines;
}

/** What does not fit in the stencil collection, by the checks of `recover`. */
async function stencils(mongo: Mongo, { tangles, faktory }: Config): Promise<DoctorLine[]> {
	if (faktory === undefined) return [];
	const store = new MongoStencilReader(mongo, tangles.stencilCollection);
	const snapshot = await store.snapshot();
	if (snapshot.config === undefined && snapshot.stencils.length === 0) {
		return [warn("leftovers", `${store.name} is empty`, "`tangles init` begins an enumeration")];
	}
	const findings = check(snapshot).findings.filter(({ repair }) => repair.do !== "push" && repair.do !== "leave");
	if (findings.length === 0) return [ok("leftovers", `${store.name}: stencils and cursors fit`)];
	return findings.slice(0, MOST_FINDINGS).map((finding) => {
		const text = `${finding.document}${finding.stencil === "" ? "" : ` (${finding.stencil})`} ${finding.wrong}`;
		return finding.repair.do === "ask"
			? fail("leftovers", text, finding.repair.how)
			: warn("leftovers", text, "tangles recover");
	});
}

async function derived(mongo: Mongo, { batches, components }: Config): Promise<DoctorLine[]> {
	if (components.size === 0) return [];
	const { looked, all, stale, malformed, ahead } = await batchHealth(mongo, batches.collection, BATCHES_MS);
	const some = `${looked} batches${all ? "" : " checked, not all"}`;
	const bad = malformed.slice(0, MOST_FINDINGS).map((it) => {
		const { message, hint = "" } = it.fault();
		return fail("leftovers", message, hint);
	});
	if (malformed.length > bad.length) {
		const more = malformed.length - bad.length;
		bad.push(
			fail("leftovers", `${more} more malformed documents in ${batches.collection}`, "`tangles batches ls` lists all"),
		);
	}
	const [first] = ahead;
	if (first !== undefined) {
		const count = ahead.length === 1 ? "one batch has a time" : `${ahead.length} batches have times`;
		const text = `${count} in the future: ${first}`;
		bad.push(
			warn(
				"leftovers",
				text,
				"set the hosts' clocks by NTP; such an event outranks all that is recorded before its time",
			),
		);
	}
	if (stale.length === 0) return [...bad, ok("leftovers", `${some}: what follows from their events fits them`)];
	const named = `${stale.slice(0, 5).join(", ")}${stale.length > 5 ? ", ..." : ""}`;
	return [
		...bad,
		warn(
			"leftovers",
			`${stale.length} of ${some} have succeeded, seen, current, first_event or ready_for that do not fit their events: ${named}`,
			"`tangles init` writes them anew; find out who else writes these fields",
		),
	];
}

/** What the address says and is not followed, and what it says that weakens a promise; no server is asked. */
function addressLines({ uri }: MongoConfig): DoctorLine[] {
	const { overridden, honoured } = mongoOptionsOf(uri.reveal());
	const unchecked = UNCHECKED.filter((name) => honoured.get(name) === "true");
	return [
		...overridden.map(({ name, value, weakens, why }) => {
			const text = `the address says ${name}=${value}, which is not followed: ${why}`;
			return weakens
				? warn(PART, text, "take the option out of the address, or leave it: it changes nothing")
				: ok(PART, text);
		}),
		...unchecked.map((name) =>
			warn(
				PART,
				`the address says ${name}=true: whoever answers is taken for the server`,
				"take it out, and name the authority's certificate by tls-ca-file",
			),
		),
	];
}

const UNCHECKED = ["tlsInsecure", "tlsAllowInvalidCertificates", "tlsAllowInvalidHostnames"] as const;

/** Address, version, round trip, login. */
async function contact(mongo: Mongo, address: string): Promise<DoctorLine[]> {
	// The first contact takes longer than a round trip.
	await mongoFacts(mongo);
	const before = Date.now();
	const began = performance.now();
	const { version, losesWrites, clockMs } = await mongoFacts(mongo);
	const trip = ((performance.now() - began) / 3).toFixed(1);
	const after = Date.now();
	return [
		ok(PART, `${address}, version ${version}, round trip ${trip} ms, login accepted`),
		...(losesWrites
			? [
					warn(
						PART,
						"it is FerretDB 1.x, for development: of two writes to one document at one moment it can lose one",
						"use MongoDB, or another server whose updates are atomic",
					),
				]
			: []),
		...(clockMs === undefined ? [] : [clockLine(PART, { before, after, server: clockMs })]),
	];
}

/**
 * Address, version, round trip, login, rights, indexes, clock, batches that do not fit: each look gives its lines to
 * `add` as it ends, and what one throws hides none of the others.
 */
export async function mongoLines(
	mongo: Mongo,
	server: MongoConfig,
	config: Config & { readonly tryRights: boolean },
	add: AddLines,
): Promise<void> {
	add(addressLines(server));
	add(await contact(mongo, server.address));
	const looks = [
		async () => (config.tryRights ? [await rights(mongo)] : []),
		() => missing(mongo, config),
		() => stencils(mongo, config),
		() => derived(mongo, config),
		() => stationLines(mongo, config.batches.collection),
	];
	for (const look of looks) {
		try {
			add(await look());
		} catch (error) {
			add([thrownLine(PART, error)]);
			// The looks that follow would each wait for the same server.
			if (isFault(error, "unreachable")) return;
		}
	}
}
