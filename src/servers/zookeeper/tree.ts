import type { NodeFacts, NodeRead, Session } from "../../locks/ports.ts";
import { CODE, refusal } from "./codes.ts";
import { Gather } from "./gather.ts";
import {
	type Answer,
	CREATOR_ALL,
	create,
	EVERYONE_ALL,
	exists,
	getChildren,
	getData,
	MODE,
	type Read,
	type Request,
	remove as removal,
	type Stat,
} from "./protocol.ts";
import type { LiveSession } from "./session.ts";

function factsOf(stat: Stat): NodeFacts {
	return {
		czxid: stat.czxid,
		owner: stat.ephemeralOwner,
		createdMs: Number(stat.ctime),
		children: stat.numChildren,
		childChanges: stat.cversion,
	};
}

/**
 * The operations the locks need, on a live session. What was in doubt when the connection broke is settled: reads are asked
 * again, deletes until done or absent, a create of our own is looked for by the uuid in its name (lock-layout.md, 5).
 * With `login`, nodes and directories are ours alone to change and everyone's to read: the right to delete a node is its
 * directory's to give.
 */
export function treeOf(session: LiveSession, login: boolean): Session {
	const acl = login ? CREATOR_ALL : EVERYONE_ALL;
	const at = (path: string) => (path === "/" ? session.chroot || "/" : session.chroot + path);
	const fail = (code: number, what: string) => refusal(code, what, session.address);

	/** For requests that may be repeated: asked again until answered. */
	async function settled<T>(request: Request<T>): Promise<Answer<T>> {
		let answer = await session.ask(request);
		while (answer.code === CODE.connectionLoss) answer = await session.ask(request);
		return answer;
	}

	const gather = new Gather(settled);

	function listed({ code, value }: Answer<string[]>, path: string): string[] | undefined {
		if (code === CODE.noNode) return undefined;
		if (value === undefined) throw fail(code, `list ${path}`);
		return value;
	}

	function node({ code, value }: Answer<Read>, path: string): NodeRead | undefined {
		if (code === CODE.noNode) return undefined;
		if (value === undefined) throw fail(code, `read ${path}`);
		return { data: value.data, ...factsOf(value.stat) };
	}

	/** Of one node: a server has no request for many. Asked for few, those that may not be read. */
	async function facts(path: string): Promise<NodeFacts | undefined> {
		const { code, value } = await settled(exists(at(path)));
		if (code === CODE.noNode) return undefined;
		if (value === undefined) throw fail(code, `look at ${path}`);
		return factsOf(value);
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

	/** Full names below `dir` that start with `prefix`, as the ensemble has them now and not as a server that lags. */
	async function ownNames(dir: string, prefix: string): Promise<string[]> {
		// A delete of what cannot be there is a write, and answered in its order: everything before it is seen then.
		const [, names] = await Promise.all([remove(`${dir}/${prefix}settled`), children(dir)]);
		return (names ?? []).filter((name) => name.startsWith(prefix));
	}

	async function makeDirectory(path: string): Promise<Answer<string>> {
		return await settled(create(path, Buffer.alloc(0), acl, MODE.PERSISTENT));
	}

	async function makeDirectories(path: string): Promise<void> {
		const parts = at(path).split("/").slice(1);
		const paths = parts.map((_, depth) => `/${parts.slice(0, depth + 1).join("/")}`);
		// Sent together: they are carried out in this order.
		const answers = await Promise.all(paths.map(makeDirectory));
		const last = answers.at(-1)?.code ?? CODE.ok;
		// A level that is refused may be there all the same, as with a chroot of somebody else's. One that was removed meanwhile shows when it is used.
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
			for (;;) {
				const answer = await session.ask(create(`${at(dir)}/${prefix}`, payload, acl, MODE.EPHEMERAL_SEQUENTIAL));
				if (answer.value !== undefined) return answer.value.slice(answer.value.lastIndexOf("/") + 1);
				if (answer.code === CODE.noNode) return undefined;
				if (answer.code !== CODE.connectionLoss) throw fail(answer.code, `create a node in ${dir}`);
				const [found] = await ownNames(dir, prefix);
				if (found !== undefined) return found;
			}
		},
		read: async (path, changed) => node(await settled(getData(at(path), changed)), path),
		bulk: {
			children: async (path) => listed(await gather.read(path, getChildren(at(path))), path),
			read: async (path) => node(await gather.read(path, getData(at(path))), path),
			facts,
		},
	};
}
