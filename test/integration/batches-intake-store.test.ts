import { expect, test } from "bun:test";
import { describeIntakeStore } from "../support/intake-store-contract.ts";
import { ENGINES, Library } from "../support/library.ts";

for (const [engine, uri] of Object.entries(ENGINES)) {
	describeIntakeStore(engine, async () => {
		const library = await Library.create(uri());
		return { store: library.intakeStore(uri()), [Symbol.asyncDispose]: () => library[Symbol.asyncDispose]() };
	});

	test(`a malformed round trip is given as what it is on ${engine}`, async () => {
		await using library = await Library.create(uri());
		await library.batches.insertMany([{ _id: "B1-RT1", type: 5 }, { _id: "B1-RTx" }]);
		expect((await library.intakeStore(uri()).roundTrips("1")).map(({ id }) => id)).toEqual(["B1-RT1"]);
	});
}
