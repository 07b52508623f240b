import zookeeper from "node-zookeeper-client";
import { shared } from "./servers.ts";

/** A chroot that only `login` may change. */
export async function securedBy(login: string): Promise<string> {
	const client = zookeeper.createClient(shared.zookeeper(), { sessionTimeout: 6000, retries: 0 });
	client.addAuthInfo("digest", Buffer.from(login));
	const chroot = `/t${crypto.randomUUID()}`;
	await new Promise<void>((resolve) => {
		client.once("connected", () => resolve());
		client.connect();
	});
	const acl = [...zookeeper.ACL.CREATOR_ALL_ACL, ...zookeeper.ACL.READ_ACL_UNSAFE];
	await new Promise<void>((resolve, reject) => {
		client.create(chroot, Buffer.alloc(0), acl, zookeeper.CreateMode.PERSISTENT, (error) =>
			error ? reject(new Error(String(error))) : resolve(),
		);
	});
	client.close();
	return chroot;
}
