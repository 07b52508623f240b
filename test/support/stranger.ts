import jute from "node-zookeeper-client/lib/jute";
import { Secret } from "../../src/base/secret.ts";
import { create, MODE } from "../../src/servers/zookeeper/operations.ts";
import { LiveSession } from "../../src/servers/zookeeper/session.ts";
import { shared } from "./servers.ts";

/** Rights of a node, as bits (org.apache.zookeeper.ZooDefs.Perms). */
export const RIGHTS = { read: 1, write: 2, create: 4, delete: 8, all: 31 } as const;

export interface StrangersNode {
	readonly data?: string | Buffer;
	/** What everybody else may do with it; nothing unless said otherwise. */
	readonly others?: number;
	readonly ephemeral?: boolean;
}

/**
 * Somebody with a login of their own on the same ensemble, whose nodes are theirs alone, as teams make them on shared
 * ones.
 */
export class Stranger implements AsyncDisposable {
	readonly #session: LiveSession;

	/** `chroot` must be there already. */
	constructor(chroot: string) {
		const auth = new Secret(`stranger:${crypto.randomUUID()}`);
		this.#session = new LiveSession({ connect: `${shared.zookeeper()}${chroot}`, sessionTimeoutMs: 20_000, auth });
	}

	/** Creates one node; gives its name, which ends in a sequence number where it is ephemeral. */
	async make(path: string, { data = "", others = 0, ephemeral = false }: StrangersNode = {}): Promise<string> {
		const entry = (rights: number, scheme: string, id: string) => ({
			toRecord: () => new jute.data.ACL(rights, new jute.data.Id(scheme, id)),
		});
		const acl = [entry(RIGHTS.all, "auth", "")];
		if (others > 0) acl.push(entry(others, "world", "anyone"));
		const mode = ephemeral ? MODE.EPHEMERAL_SEQUENTIAL : MODE.PERSISTENT;
		const full = this.#session.chroot + path;
		const { code, value } = await this.#session.ask(create(full, Buffer.from(data), acl, mode));
		if (value === undefined) throw new Error(`${path}: error code ${code}`);
		return value.slice(value.lastIndexOf("/") + 1);
	}

	/** Ends the session, and its ephemeral nodes with it. */
	async [Symbol.asyncDispose](): Promise<void> {
		await this.#session.close();
	}
}
