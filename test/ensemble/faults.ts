import type { Ensemble, EnsembleServer } from "../support/ensemble.ts";
import type { Random } from "../support/random.ts";
import type { AtWork } from "./at-work.ts";
import type { Client } from "./clients.ts";
import type { Disks } from "./slow-disk.ts";

/** What a fault may act on. */
export interface Scene {
	readonly ensemble: Ensemble;
	/** Undefined where the host cannot freeze a disk. */
	readonly disks: Disks | undefined;
	readonly clients: readonly Client[];
	readonly sessionMs: number;
	readonly random: Random;
	readonly atWork: AtWork;
}

/** Something that goes wrong, from its begin to its end. */
export interface Fault {
	/** The server or client that it meets. */
	readonly on: string;
	/** How long it lasts, ms. */
	readonly ms: number;
	/** The servers among which another leader has to be found; none where the leader stays. */
	readonly electors: readonly EnsembleServer[];
	begin(): Promise<void>;
	end(): Promise<void>;
}

export type Inventor = (scene: Scene) => Promise<Fault>;

/** From 1 to 10 s, as long pauses of servers are; the same for what they do not notice at once. */
const aWhile = ({ random }: Scene) => 1000 + random.below(9000);
const beyondSession = ({ random, sessionMs }: Scene) => sessionMs * (1.2 + random.next());

type Role = "leader" | "follower";

async function serverOf({ ensemble, random }: Scene, role: Role): Promise<EnsembleServer> {
	const { leader, followers } = await ensemble.roles();
	const server = role === "leader" ? leader : random.of(followers);
	if (server === undefined) throw new Error("no follower");
	return server;
}

type OnServer = (scene: Scene, server: EnsembleServer) => Pick<Fault, "begin" | "end">;

const onServer =
	(role: Role, act: OnServer): Inventor =>
	async (scene) => {
		const server = await serverOf(scene, role);
		// A leader whose disk stands still leads on: its followers log what is to be logged.
		const dethroned = role === "leader" && act !== freezeDisk;
		const electors = dethroned ? scene.ensemble.servers.filter((other) => other !== server) : [];
		return { on: `server ${server.number}`, ms: aWhile(scene), electors, ...act(scene, server) };
	};

const kill: OnServer = (_, server) => ({
	begin: () => server.kill(),
	end: async () => server.start(),
});

const cutOff: OnServer = ({ ensemble }, server) => ({
	begin: () => ensemble.isolate(server),
	end: () => ensemble.rejoin(server),
});

const stop: OnServer = (_, server) => ({
	begin: async () => server.signal("SIGSTOP"),
	end: async () => server.signal("SIGCONT"),
});

const freezeDisk: OnServer = ({ disks }, server) => ({
	begin: async () => await disks?.freeze(server.data),
	end: async () => await disks?.thaw(server.data),
});

const wipe: OnServer = (_, server) => ({
	begin: async () => {
		await server.kill();
		await server.wipe();
	},
	end: async () => server.start(),
});

/** One follower and the leader, or two followers, do not hear each other; the third hears both. */
const cutPair: Inventor = async (scene) => {
	const { ensemble, random } = scene;
	const first = random.of(ensemble.servers);
	const second = random.of(ensemble.servers.filter((server) => server !== first));
	if (first === undefined || second === undefined) throw new Error("no two servers");
	return {
		on: `servers ${first.number} and ${second.number}`,
		ms: aWhile(scene),
		electors: [],
		begin: () => ensemble.cutLink(first, second),
		end: () => ensemble.restoreLink(first, second),
	};
};

const restartAll: Inventor = async (scene) => ({
	on: "all servers",
	ms: aWhile(scene),
	electors: scene.ensemble.servers,
	begin: async () => {
		await Promise.all(scene.ensemble.servers.map((server) => server.kill()));
	},
	end: async () => {
		for (const server of scene.ensemble.servers) server.start();
	},
});

type OnClient = (client: Client) => Pick<Fault, "begin" | "end">;

/** How long to wait for a client whose work is still on when its session is over, ms. */
const LONG_WORK_MS = 15_000;

/** Mostly a client whose work would outlast its session, and mostly one of tangles: others have less to lose. */
async function victimOf({ clients, random, atWork, sessionMs }: Scene): Promise<Client> {
	const ours = random.chance(0.6) ? clients.filter(({ kind }) => kind === "tangles") : clients;
	const busy = random.chance(0.8) ? await atWork.untilBusy(ours, sessionMs * 1.5, LONG_WORK_MS) : [];
	const client = random.of(busy.length > 0 ? busy : ours);
	if (client === undefined) throw new Error("no client");
	return client;
}

const onClient =
	(ms: (scene: Scene) => number, act: OnClient): Inventor =>
	async (scene) => {
		const client = await victimOf(scene);
		return { on: client.name, ms: ms(scene), electors: [], ...act(client) };
	};

const broken =
	(how: (client: Client) => void): OnClient =>
	(client) => ({
		begin: async () => how(client),
		end: async () => client.link.restore(),
	});

const stopClient: OnClient = (client) => ({
	begin: async () => client.signal("SIGSTOP"),
	end: async () => client.signal("SIGCONT"),
});

/** Every fault by its name. What a host cannot do is left out: see `possible`. */
export const FAULTS: Readonly<Record<string, Inventor>> = {
	"kill-leader": onServer("leader", kill),
	"kill-follower": onServer("follower", kill),
	"cut-leader": onServer("leader", cutOff),
	"cut-follower": onServer("follower", cutOff),
	"cut-pair": cutPair,
	"stop-leader": onServer("leader", stop),
	"stop-follower": onServer("follower", stop),
	"disk-leader": onServer("leader", freezeDisk),
	"disk-follower": onServer("follower", freezeDisk),
	"wipe-server": onServer("follower", wipe),
	"restart-all": restartAll,
	"client-reset": onClient(
		() => 0,
		broken((client) => client.link.reset()),
	),
	"client-cut": onClient(
		beyondSession,
		broken((client) => client.link.cut()),
	),
	"client-mute": onClient(
		beyondSession,
		broken((client) => client.link.mute()),
	),
	"client-delay": onClient(
		aWhile,
		broken((client) => client.link.delay(200)),
	),
	"client-stop": onClient(beyondSession, stopClient),
	"client-kill": onClient(
		() => 0,
		(client) => ({ begin: async () => client.signal("SIGKILL"), end: async () => {} }),
	),
};

/** The names of the faults that a scene has the means for. */
export function possible({ ensemble, disks }: Pick<Scene, "ensemble" | "disks">): string[] {
	return Object.keys(FAULTS).filter(
		(name) => (ensemble.canCut || !/^cut-/.test(name)) && (disks !== undefined || !/^disk-/.test(name)),
	);
}
