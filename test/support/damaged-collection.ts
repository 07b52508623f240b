import fc from "fast-check";
import { ObjectId } from "mongodb";
import type { Restart } from "../../src/enumeration/recover/restart.ts";
import { MemoryTangles } from "../../src/enumeration/stencils/in-memory-jobs.ts";
import { stencilIdOf, stencilsUpTo } from "../../src/enumeration/stencils/stencils.ts";

export type StoredDocument = { _id: unknown; [field: string]: unknown };

/** TCN up to which all is complete before the damage, the last one, and tangles of each TCN that has some. */
const COMPLETED = 4;
const MAX = 6;
const TANGLES = 5;
export const PAGE_SIZE = 2;

/** A tangle's id, by its TCN and its place in it. */
const tangleId = (tcn: number, place: number) => `${tcn.toString(16).padStart(12, "0")}${`${place}`.padStart(12, "0")}`;

/**
 * Tangles of TCN 1 to COMPLETED - 1 and COMPLETED + 1; those of COMPLETED are lost, so that some stencils have an empty
 * side.
 */
export function someTangles(): MemoryTangles {
	let next = "";
	const tangles = new MemoryTangles(() => next);
	for (const tcn of [1, 2, 3, COMPLETED + 1]) {
		for (let place = 0; place < TANGLES; place += 1) {
			next = tangleId(tcn, place);
			tangles.store([{ notation: `${tcn} ${place}`, TCN: tcn, is_good: place !== 3, positivity: "neutral" }]);
		}
	}
	return tangles;
}

const PAIRS = stencilsUpTo(MAX);
const idOf = (at: number) => new ObjectId(stencilIdOf(PAIRS[at % PAIRS.length] ?? { rootstockTcn: 1, scionTcn: 2 }));

function soundDocuments(): StoredDocument[] {
	return [
		{ _id: "config", current_completed_tcn: COMPLETED, max_tcn: MAX },
		...PAIRS.map(({ rootstockTcn, scionTcn }, at) => ({
			...{ _id: idOf(at), rootstock_tcn: rootstockTcn, scion_tcn: scionTcn, TCN: rootstockTcn + scionTcn },
			state: rootstockTcn + scionTcn <= COMPLETED ? 3 : 0,
		})),
	];
}

const small = fc.integer({ min: 0, max: 8 });
const anId = fc
	.record({ tcn: fc.integer({ min: 1, max: 5 }), place: fc.integer({ min: 0, max: 5 }) })
	.map(({ tcn, place }) => new ObjectId(tangleId(tcn, place)));
const notANumber = fc.constantFrom<unknown>("7", -5, 1.5, null, 2 ** 51, {});
const number = fc.oneof({ weight: 4, arbitrary: small as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: notANumber });

/** Values of each field of a stencil, of which most can be read. */
const STENCIL_FIELDS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
	state: fc.oneof({ weight: 8, arbitrary: fc.constantFrom<unknown>(0, 1, 2, 3) }, fc.constantFrom<unknown>(7, "1")),
	epoch: number,
	cursor: fc.oneof(
		{ weight: 6, arbitrary: fc.record({ rootstock: anId, scion: anId, pair: small }) as fc.Arbitrary<unknown> },
		{ weight: 2, arbitrary: fc.record({ rootstock: anId, scion: anId }) },
		{ weight: 1, arbitrary: fc.constantFrom("none", { rootstock: "x" }) },
	),
	progress: fc.oneof(
		{ weight: 4, arbitrary: fc.record({ round: small, pushed: small, total: small }) as fc.Arbitrary<unknown> },
		{ weight: 1, arbitrary: fc.record({ round: number, pushed: number, total: small }) },
	),
	resting: fc.constantFrom<unknown>(true, false, "yes"),
	note: fc.constant("another program's"),
	rootstock_tcn: number,
	scion_tcn: number,
	TCN: number,
};

const CONFIG_FIELDS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
	current_completed_tcn: fc.oneof({ weight: 9, arbitrary: small as fc.Arbitrary<unknown> }, notANumber),
	max_tcn: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 4, max: 8 }) as fc.Arbitrary<unknown> }, notANumber),
	epoch: fc.oneof({ weight: 9, arbitrary: small as fc.Arbitrary<unknown> }, notANumber),
	work: fc.oneof(
		{ weight: 4, arbitrary: fc.record({ tcn: small, processed: small, failed: fc.constant(0), open: small }) },
		{ weight: 1, arbitrary: fc.record({ tcn: small, processed: small, failed: number }) as fc.Arbitrary<unknown> },
	) as fc.Arbitrary<unknown>,
	restart: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 3, max: 6 }) as fc.Arbitrary<unknown> }, notANumber),
};

type Damage = (documents: StoredDocument[]) => StoredDocument[];

const at = fc.nat(PAIRS.length - 1);
const setField = (fields: typeof STENCIL_FIELDS, id: (place: number) => unknown): fc.Arbitrary<Damage> =>
	fc.oneof(
		...Object.entries(fields).map(([field, values]) =>
			fc.record({ at, value: values }).map(({ at: place, value }): Damage => {
				const key = String(id(place));
				return (documents) => documents.map((it) => (String(it._id) === key ? { ...it, [field]: value } : it));
			}),
		),
	);

/**
 * Several fields at once: a stencil with a cursor that is in the middle of its work; one whose numbers are none that
 * are pushed.
 */
const TOGETHER: fc.Arbitrary<object> = fc.oneof(
	fc.record({ state: fc.constantFrom(1, 2, 3), cursor: STENCIL_FIELDS.cursor ?? fc.constant({}) }),
	small.map((tcn) => ({ rootstock_tcn: 0, scion_tcn: tcn, TCN: tcn })),
	fc.record({ few: fc.integer({ min: 0, max: 1 }), tcn: fc.integer({ min: 1, max: 5 }) }).map(({ few, tcn }) => ({
		...{ rootstock_tcn: tcn, scion_tcn: few, TCN: tcn + few },
	})),
);

const DAMAGE: fc.Arbitrary<Damage> = fc.oneof(
	{
		weight: 4,
		arbitrary: fc.record({ at, fields: TOGETHER }).map(({ at: place, fields }): Damage => {
			const key = String(idOf(place));
			return (all) => all.map((it) => (String(it._id) === key ? { ...it, ...fields } : it));
		}),
	},
	{ weight: 12, arbitrary: setField(STENCIL_FIELDS, idOf) },
	{ weight: 2, arbitrary: setField(CONFIG_FIELDS, () => "config") },
	{
		weight: 2,
		arbitrary: at.map(
			(place): Damage =>
				(all) =>
					all.filter(({ _id }) => String(_id) !== String(idOf(place))),
		),
	},
	{
		weight: 2,
		arbitrary: fc.record({ at, id: fc.constantFrom<unknown>(new ObjectId("a".repeat(24)), "mine", 5) }).map(
			({ at: place, id }): Damage =>
				(all) => {
					const one = all.find(({ _id }) => String(_id) === String(idOf(place)));
					const free = all.every(({ _id }) => String(_id) !== String(id));
					return one !== undefined && free ? [...all, { ...one, _id: id }] : all;
				},
		),
	},
	{
		weight: 1,
		arbitrary: fc.record({ at, instead: fc.boolean() }).map(
			({ at: place, instead }): Damage =>
				(all) =>
					instead
						? all.map((it) => (String(it._id) === String(idOf(place)) ? { _id: it._id, text: "foreign" } : it))
						: [...all.filter(({ _id }) => _id !== "notes"), { _id: "notes" }],
		),
	},
	{ weight: 1, arbitrary: fc.constant<Damage>((all) => all.filter(({ _id }) => _id !== "config")) },
);

/** What may be asked of a recovery: mostly nothing. */
const RESTART: fc.Arbitrary<Restart | undefined> = fc.oneof(
	{ weight: 6, arbitrary: fc.constant(undefined) },
	{ weight: 1, arbitrary: fc.record({ tcn: fc.integer({ min: 3, max: 7 }) }) },
	{ weight: 1, arbitrary: at.map((place) => ({ stencil: idOf(place).toHexString() })) },
);

/** Damaged collections, as the database has them, and the restart that is asked for. */
export const damagedCollections = fc.record({
	documents: fc
		.array(DAMAGE, { maxLength: 9 })
		.map((damages) => damages.reduce((documents, damage) => damage(documents), soundDocuments())),
	restart: RESTART,
});
