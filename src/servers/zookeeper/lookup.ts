import { lookup } from "node:dns/promises";
import { sleep } from "../../base/deadline.ts";
import { noteUnstoppable } from "../../base/open.ts";

/** From here on the second way of looking up a name is tried beside the first. */
const SECOND_WAY_MS = 250;

/** Gives the addresses of a name, in the order in which they are to be tried; rejects where there are none. */
export type Lookup = (name: string) => Promise<readonly string[]>;

const addressesOf = (found: readonly { readonly address: string }[]) => [
	...new Set(found.map(({ address }) => address)),
];

/**
 * By the system's resolver, and where that takes long, by DNS and /etc/hosts besides: the system's lookups run in as
 * many threads as there are processors, so that two names whose server is silent would hold up every other name. The
 * first addresses count; the system's error counts where there are none.
 */
export const lookupName: Lookup = async (name) => {
	const found = new AbortController();
	const forget = noteUnstoppable();
	const bySystem = lookup(name, { all: true }).finally(forget);
	const byDns = async () => {
		await sleep(SECOND_WAY_MS, found.signal);
		const done = noteUnstoppable();
		return await Bun.dns.lookup(name, { backend: "c-ares" }).finally(done);
	};
	try {
		return addressesOf(await Promise.any([bySystem, byDns()]));
	} catch {
		return addressesOf(await bySystem);
	} finally {
		found.abort(new Error(`${name} is looked up`));
	}
};
