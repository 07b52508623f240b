import type { DoctorLine } from "../../base/doctor-line.ts";
import { isFault } from "../../base/fault.ts";
import type { ZookeeperConfig } from "../../config/config.ts";
import type { Session } from "../../locks/ports.ts";
import { prune } from "../../locks/prune.ts";
import { NOT_READABLE, unlessRefused } from "../../locks/readable.ts";
import { scanLocks } from "../../locks/scan-locks.ts";
import { readAddress } from "../../servers/zookeeper/address.ts";
import { certificateLines } from "./certificate.ts";
import { clockLine } from "./clock.ts";
import { fail, ok, warn } from "./line.ts";

const PART = "zookeeper";
const SCRATCH = "/tangles/doctor";
const READ_MEND =
	"others own these nodes: ask their owners for the right to read, or give zookeeper-connection-info.auth-file";

/** Creates and deletes a node in a scratch place; the node says what the server's time is. */
async function rights(session: Session): Promise<DoctorLine[]> {
	try {
		await session.makeDirectories(SCRATCH);
		const before = Date.now();
		const name = await session.createOwn(SCRATCH, `try-${crypto.randomUUID()}-`, "");
		const after = Date.now();
		const node = await session.read(`${SCRATCH}/${name}`);
		await Promise.all([session.remove(`${SCRATCH}/${name}`), session.remove(SCRATCH), session.remove("/tangles")]);
		const lines = [ok(PART, "rights: may create and delete nodes")];
		if (node === undefined) return lines;
		lines.push(clockLine(PART, { before, after, server: node.createdMs }));
		const anew = "they start anew where the servers' data are wiped: then reset what your stores remember of them";
		lines.push(ok(PART, `tokens of locks: now at ${node.czxid}; ${anew}`));
		return lines;
	} catch (error) {
		if (!isFault(error, "refused")) throw error;
		const hint = "check zookeeper-connection-info.auth-file (user:password) and the ACL of the chroot";
		return [fail(PART, `rights: ${error.message}`, hint)];
	}
}

/** The first five, for one line. */
const few = (paths: readonly string[]) => `${paths.slice(0, 5).join(", ")}${paths.length > 5 ? ", ..." : ""}`;

/** Nodes of dead holders and empty directories. */
async function leftovers(session: Session): Promise<DoctorLine[]> {
	const { locks, notReadable } = await scanLocks(session, "/");
	const hidden = locks.filter(({ holders }) => holders.some(({ kind }) => kind === NOT_READABLE));
	const closed = [...hidden.map(({ path }) => path), ...notReadable];
	const dead = locks.filter(({ holders }) => holders.some(({ kind }) => kind === "leftover" || kind === "foreign"));
	const empty = (await prune(session, "/", { emptied: false, dryRun: true })).removed.length;
	return [
		ok(PART, `${locks.length} locks`),
		...(closed.length === 0 ? [] : [warn(PART, `not readable: ${few(closed)}`, READ_MEND)]),
		dead.length === 0
			? ok("leftovers", "no lock is held by a node that nobody owns")
			: warn(
					"leftovers",
					`nobody owns the node that holds ${few(dead.map(({ path }) => path))}`,
					"`tangles locks show PATH`, then `tangles locks break PATH --token T`",
				),
		empty === 0
			? ok("leftovers", "no empty lock directories")
			: warn("leftovers", `${empty} empty lock directories`, "tangles locks prune"),
	];
}

/** The leftovers, or a line that says that this login may see none. */
async function unlessHidden(session: Session): Promise<DoctorLine[]> {
	try {
		return await leftovers(session);
	} catch (error) {
		if (!isFault(error, "refused")) throw error;
		return [fail(PART, `locks: ${error.message}`, error.hint ?? READ_MEND)];
	}
}

/** What is sent as a login. */
function loginText({ auth, tls }: ZookeeperConfig): string {
	const sent = [...(auth === undefined ? [] : ["login"]), ...(tls?.cert === undefined ? [] : ["certificate"])];
	return sent.length === 0 ? "" : `, ${sent.join(" and ")} sent`;
}

/** Of each server: one may be renewed and another forgotten. */
async function certificates({ connect, tls }: ZookeeperConfig): Promise<DoctorLine[]> {
	if (tls === undefined) return [];
	const servers = readAddress(connect).hosts;
	const lines = await Promise.all(
		servers.map(async (peer) => {
			const own = await certificateLines(PART, peer, tls);
			return servers.length === 1
				? own
				: own.map((line) => ({ ...line, text: `${peer.host}:${peer.port}: ${line.text}` }));
		}),
	);
	return lines.flat();
}

/** Address, round trip, certificates, session time-out, rights, clock, leftovers. */
export async function zookeeperLines(
	config: ZookeeperConfig,
	open: () => Promise<Session>,
	tryRights: boolean,
): Promise<DoctorLine[]> {
	const session = await open();
	try {
		const began = performance.now();
		await unlessRefused(session.facts("/"));
		const trip = (performance.now() - began).toFixed(1);
		const { timeoutMs } = session;
		const asked = config.sessionTimeoutMs;
		return [
			ok(PART, `${config.connect}, round trip ${trip} ms${loginText(config)}`),
			...(await certificates(config)),
			timeoutMs === asked
				? ok(PART, `session time-out ${timeoutMs} ms, as asked for`)
				: warn(
						PART,
						`session time-out ${timeoutMs} ms granted, ${asked} ms asked for`,
						"the server allows 2 to 20 of its ticks: change session-timeout, or minSessionTimeout and maxSessionTimeout there",
					),
			...(tryRights ? await rights(session) : []),
			...(await unlessHidden(session)),
		];
	} finally {
		await session.close();
	}
}
