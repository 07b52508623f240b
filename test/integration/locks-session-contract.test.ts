import { openSession } from "../../src/servers/zookeeper/connect.ts";
import { shared } from "../support/servers.ts";
import { describeSession } from "../support/session-contract.ts";

const never = new AbortController().signal;

describeSession("a session with a server", async (count) => {
	const connect = `${shared.zookeeper()}/t${crypto.randomUUID()}`;
	const open = () => openSession({ connect, sessionTimeoutMs: 6000, auth: undefined }, never);
	const sessions = await Promise.all(Array.from({ length: count }, open));
	await sessions[0]?.makeDirectories("/");
	return sessions;
});
