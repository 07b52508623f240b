import { expect, test } from "bun:test";
import { readAddress } from "../../../../src/servers/zookeeper/address.ts";
import { Endpoints, endpointText } from "../../../../src/servers/zookeeper/endpoints.ts";
import type { Lookup } from "../../../../src/servers/zookeeper/lookup.ts";

/** Lookups that are answered by hand. */
class Names {
	readonly #waiting = new Map<string, PromiseWithResolvers<readonly string[]>>();
	readonly asked: string[] = [];

	readonly lookup: Lookup = (name) => {
		this.asked.push(name);
		const waiting = Promise.withResolvers<readonly string[]>();
		this.#waiting.set(name, waiting);
		return waiting.promise;
	};

	knows(name: string, ...addresses: readonly string[]): void {
		this.#waiting.get(name)?.resolve(addresses);
	}

	doesNotKnow(name: string): void {
		this.#waiting.get(name)?.reject(Object.assign(new Error("no such name"), { code: "ENOTFOUND" }));
	}
}

/** Endpoints, and what resolves when the next lookup has ended. */
function endpointsOf(connect: string) {
	const names = new Names();
	let found = Promise.withResolvers<void>();
	const endpoints = new Endpoints(readAddress(connect), names.lookup, () => {
		found.resolve();
		found = Promise.withResolvers<void>();
	});
	return { names, endpoints, found: () => found.promise };
}

/** All that is left of the round. */
function taken(endpoints: Endpoints): string[] {
	const texts: string[] = [];
	for (let next = endpoints.take(); next !== undefined; next = endpoints.take()) texts.push(endpointText(next));
	return texts;
}

test("addresses are known at once, IPv6 too, and each is taken once in a round", () => {
	const { endpoints, names } = endpointsOf("[::1]:1,10.0.0.1:2,10.0.0.1:3");
	endpoints.begin();
	expect(taken(endpoints).toSorted()).toEqual(["10.0.0.1:2", "10.0.0.1:3", "[::1]:1"]);
	expect(names.asked).toEqual([]);
	expect(endpoints).toMatchObject({ count: 3, isWaiting: false, areAllKnown: true, troubles: [] });
});

test("every address of every name, the first of each before the second of any", async () => {
	const { endpoints, names, found } = endpointsOf("a:1,b:1");
	endpoints.begin();
	expect(names.asked.toSorted()).toEqual(["a", "b"]);
	expect(endpoints).toMatchObject({ count: 2, isWaiting: true });
	expect(endpoints.take()).toBeUndefined();
	names.knows("a", "10.0.0.1", "10.0.0.2", "fe80::1");
	await found();
	names.knows("b", "10.0.1.1");
	await found();
	expect(endpoints.count).toBe(4);
	const all = taken(endpoints);
	expect(all.slice(0, 2).toSorted()).toEqual(["a:1 (10.0.0.1)", "b:1 (10.0.1.1)"]);
	expect(all.slice(2)).toEqual(["a:1 (10.0.0.2)", "a:1 (fe80::1)"]);
});

test("a name whose server is silent holds nothing up, and is not asked for again meanwhile", async () => {
	const { endpoints, names, found } = endpointsOf("silent:1,b:1");
	endpoints.begin();
	names.knows("b", "10.0.1.1");
	await found();
	expect(endpoints).toMatchObject({ count: 2, isWaiting: false, areAllKnown: false });
	expect(taken(endpoints)).toEqual(["b:1 (10.0.1.1)"]);
	endpoints.begin();
	expect(taken(endpoints)).toEqual(["b:1 (10.0.1.1)"]);
	expect(names.asked.filter((name) => name === "silent")).toHaveLength(1);
	expect(endpoints.troubles).toEqual(["the name server gives no answer for silent"]);
});

test("what an earlier lookup gave is there while, and after, a later one brings nothing", async () => {
	const { endpoints, names, found } = endpointsOf("a:1");
	endpoints.begin();
	names.knows("a", "10.0.0.1");
	await found();
	expect(taken(endpoints)).toHaveLength(1);
	endpoints.begin();
	expect(taken(endpoints)).toHaveLength(1);
	names.doesNotKnow("a");
	await found();
	expect(endpoints).toMatchObject({ areAllKnown: true, troubles: [] });
	endpoints.begin();
	names.knows("a", "10.0.0.9");
	await found();
	expect(taken(endpoints)).toEqual(["a:1 (10.0.0.9)"]);
});

test("the endpoint that was taken last comes last in the next round", () => {
	const { endpoints } = endpointsOf("10.0.0.1:1,10.0.0.2:1");
	endpoints.begin();
	const first = endpoints.take();
	endpoints.begin();
	expect(endpoints.take()).not.toEqual(first);
	expect(endpoints.take()).toEqual(first);
});

test("names that are not known are told of", async () => {
	const { endpoints, names, found } = endpointsOf("nobody:1");
	endpoints.begin();
	names.doesNotKnow("nobody");
	await found();
	expect(endpoints).toMatchObject({ isWaiting: false, areAllKnown: false, count: 0 });
	expect(endpoints.troubles).toEqual(["the name nobody could not be looked up (ENOTFOUND)"]);
});
