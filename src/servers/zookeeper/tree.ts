import type { NewNode, NodeFacts, NodeRead, Session } from "../../locks/ports.ts";
import { BulkReader } from "./bulk-reader.ts";
import { CODE, refusal } from "./codes.ts";
import {
	CREATOR_ALL,
	create,
	EVERYONE_ALL,
	exists,
	getChildren,
	getData,
	MODE,
	NAMES,
	NODE,
	remove as removal,
	transaction,
} from "./operations.ts";
import type { Answer, Request } from "./request.ts";
import type { LiveSession } from "./session.ts";

/**
 * The operations of the `Session` port, on a live session. A request whose reply was lost is settled: reads are sent
 * again, deletes until the node is deleted or absent, and a create is found by the uuid in the node's name
 * (lock-layout.md, 5). With `login`, only the same login may change the nodes and directories that are created, and
 * everyone may read them; the right to delete a node is given by its directory.
 */
export function treeOf(session: LiveSession, login: boolean): Session {
	const acl = login ? CREATOR_ALL : EVERYONE_ALL;
	const at = (path: string) => (path === "/" ? session.chroot || "/" : session.chroot + path);
	const fail = (code: number, what: string) => refusal(code, what, session.address);

	/** Sends a request that may be repeated until it is answered. */
	async function settled<T>(request: Request<T>): Promise<Answer<T>> {
		let answer = await session.ask(request);
		while (answer.code === CODE.connectionLoss) answer = await session.ask(request);
		return answer;
	}

	const bulk = new BulkReader(settled);

	function listed({ code, value }: Answer<string[]>, path: string): string[] | undefined {
		if (code === CODE.noNode) return undefined;
		if (value === undefined) throw fail(code, `list ${path}`);
		return value;
	}

	function node({ code, value }: Answer<NodeRead>, path: string): NodeRead | undefined {
		if (code === CODE.noNode) return undefined;
		if (value === undefined) throw fail(code, `read ${path}`);
		return value;
	}

	/** One request for each node: only nodes that may not be read are asked about, and those are few. */
	async function facts(path: string): Promise<NodeFacts | undefined> {
		const { code, value } = await settled(exists(at(path)));
		if (code === CODE.noNode) return undefined;
		if (value === undefined) throw fail(code, `look at ${path}`);
		return value;
	}

	async function children(path: string, changed?: () => void): Promise<string[] | undefined> {
		return listed(await settled(getChildren(at(path), changed)), path);
	}

	async function remove(path: string): Promise<"removed" | "absent" | "not-empty"> {
		const { code } = await settled(removal(at(path)));
		if (code === CODE.ok) return "removed";
		if (code === CODE.noNode) return "absent";
		if (code === CODE.notEmpty) return "not-empty";
		throw fail(code, `delete ${path}`);
	}

	async function isThere(path: string): Promise<boolean> {
		const { code } = await settled(transaction([{ check: at(path) }], acl));
		if (code === CODE.ok || code === CODE.noAuth) return true;
		if (code === CODE.noNode) return false;
		throw fail(code, `check ${path}`);
	}

	/** Names below `dir` that start with `prefix`, as the leader has them: a server that lags behind it has caught up. */
	async function ownNames(dir: string, prefix: string): Promise<string[]> {
		// A delete of a node that cannot exist is a write: a list that is answered after it shows every earlier write.
		const [, names] = await Promise.all([remove(`${dir}/${prefix}settled`), children(dir)]);
		return (names ?? []).filter((name) => name.startsWith(prefix));
	}

	/** Removes what is there of a transaction that was carried out, and whose nodes others have deleted in part. */
	async function ownTogether(nodes: readonly NewNode[]): Promise<string[]> {
		const found = (await Promise.all(nodes.map(({ dir, prefix }) => ownNames(dir, prefix)))).map(([name]) => name);
		const names = found.filter((name) => name !== undefined);
		if (names.length === nodes.length) return names;
		await Promise.all(nodes.map(({ dir }, at) => found[at] !== undefined && remove(`${dir}/${found[at]}`)));
		return [];
	}

	async function makeDirectory(path: string): Promise<Answer<string>> {
		return await settled(create(path, Buffer.alloc(0), acl, MODE.PERSISTENT));
	}

	async function makeDirectories(path: string): Promise<void> {
		const parts = at(path).split("/").slice(1);
		const paths = parts.map((_, depth) => `/${parts.slice(0, depth + 1).join("/")}`);
		// Sent together: the server carries them out in this order.
		const answers = await Promise.all(paths.map(makeDirectory));
		const last = answers.at(-1)?.code ?? CODE.ok;
		// A level whose create is refused may exist, as a chroot of another owner does. A level that was removed meanwhile
		// shows at its next use.
		if (last !== CODE.ok && last !== CODE.nodeExists && last !== CODE.noNode) throw fail(last, `create ${path}`);
		const refused = answers.find(({ code }) => code === CODE.noAuth);
		if (last === CODE.noNode && refused !== undefined) throw fail(refused.code, `create the directories of ${path}`);
	}

	return {
		address: session.address,
		get id() {
			return session.id;
		},
		get timeoutMs() {
			return session.timeoutMs;
		},
		get state() {
			return session.state;
		},
		get lost() {
			return session.lost;
		},
		prove: () => session.prove(),
		validity: () => session.validity(),
		onValidity: (listener) => session.onValidity(listener),
		later: (work) => session.later(work),
		close: () => session.close(),
		children,
		facts,
		remove,
		makeDirectories,
		async makeDirectory(path) {
			const { code } = await makeDirectory(at(path));
			if (code !== CODE.ok && code !== CODE.nodeExists && code !== CODE.noNode) throw fail(code, `create ${path}`);
		},
		async createOwn(dir, prefix, data) {
			const payload = Buffer.from(data);
			for (let denials = 0; ; ) {
				const answer = await session.ask(create(`${at(dir)}/${prefix}`, payload, acl, MODE.EPHEMERAL_SEQUENTIAL));
				const created = answer.value?.slice(answer.value.lastIndexOf("/") + 1);
				if (created !== undefined && denials === 0) return created;
				if (answer.code === CODE.noNode) {
					if (!(await isThere(dir))) return undefined;
					// Somebody has just made the directory; or the server lacks it for good, and says so of each create that its
					// leader carries out.
					denials += 1;
					if (denials === 1) continue;
					await session.leaveServer(`it lacks ${dir}`);
				} else if (created === undefined && answer.code !== CODE.connectionLoss) {
					throw fail(answer.code, `create a node in ${dir}`);
				}
				const [found = created, ...others] = (await ownNames(dir, prefix)).toSorted();
				await Promise.all(others.map((name) => remove(`${dir}/${name}`)));
				if (found !== undefined) return found;
			}
		},
		async createTogether(plan) {
			const nodes = plan.filter((part) => typeof part !== "string");
			const changes = plan.map((part) => {
				if (typeof part === "string") return { create: at(part), data: Buffer.alloc(0), mode: MODE.PERSISTENT };
				const { dir, prefix, data } = part;
				return { create: `${at(dir)}/${prefix}`, data: Buffer.from(data), mode: MODE.EPHEMERAL_SEQUENTIAL };
			});
			for (;;) {
				const { code, value } = await session.ask(transaction(changes, acl));
				if (value !== undefined) {
					const created = value.filter((_, index) => typeof plan[index] !== "string");
					return created.map((path) => path.slice(path.lastIndexOf("/") + 1));
				}
				if (code !== CODE.connectionLoss) return undefined;
				const names = await ownTogether(nodes);
				if (names.length > 0) return names;
			}
		},
		async removeTogether(paths) {
			const changes = paths.map((path) => ({ remove: at(path) }));
			return (await settled(transaction(changes, acl))).code === CODE.ok;
		},
		isThere,
		leaveServer: (why) => session.leaveServer(why),
		read: async (path, changed) => node(await settled(getData(at(path), changed)), path),
		bulk: {
			children: (path) => bulk.read(NAMES, at(path), (answer) => listed(answer, path)),
			read: (path) => bulk.read(NODE, at(path), (answer) => node(answer, path)),
			facts,
		},
	};
}
