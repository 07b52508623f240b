import { Secret } from "../../src/base/secret.ts";
import { openSession } from "../../src/servers/zookeeper/connect.ts";
import { shared } from "./servers.ts";

/** A chroot that only `login` may change. */
export async function securedBy(login: string): Promise<string> {
	const config = { connect: shared.zookeeper(), sessionTimeoutMs: 6000, auth: new Secret(login) };
	const session = await openSession(config, new AbortController().signal);
	const chroot = `/t${crypto.randomUUID()}`;
	await session.makeDirectories(chroot);
	await session.close();
	return chroot;
}
