import { noteUnstoppable } from "../../base/open.ts";

/** Gives the addresses of a name, in the order in which they are to be tried; rejects where there are none. */
export type Lookup = (name: string) => Promise<readonly string[]>;

const addressesOf = (found: readonly { readonly address: string }[]) => [
	...new Set(found.map(({ address }) => address)),
];

/** The end of the system's lookup that was asked for last. */
let lastOfSystem: Promise<unknown> = Promise.resolve();

/** By the system's resolver, one name at a time. */
async function bySystem(name: string): Promise<readonly { readonly address: string }[]> {
	const looking = lastOfSystem.then(async () => {
		const { lookup } = await import("node:dns/promises");
		return await lookup(name, { all: true });
	});
	lastOfSystem = looking.catch(() => {});
	return await looking;
}

/**
 * By /etc/hosts and DNS, and where they do not know the name, by the system's resolver, which has other sources too.
 * That one comes second and does one name at a time, since each of its lookups takes one of a few threads, as many as
 * there are processors: two names whose server is silent would hold up every other name, and every file that is read
 * or written. Rejects with the system's error.
 */
export const lookupName: Lookup = async (name) => {
	const forget = noteUnstoppable();
	try {
		return addressesOf(await Bun.dns.lookup(name, { backend: "c-ares" }));
	} catch {
		return addressesOf(await bySystem(name));
	} finally {
		forget();
	}
};
