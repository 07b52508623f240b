import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	joinBridge,
	loopbackPlaces,
	makeBridge,
	type Place,
	placeAt,
	removeNetwork,
	routes,
} from "./ensemble-network.ts";

const CLASSPATH = "/usr/share/java/zookeeper.jar:/usr/share/java/slf4j-simple.jar";
export interface EnsembleSettings {
	readonly tickMs: number;
	/** Ticks that a follower may be behind or silent before it and its leader part. */
	readonly syncLimit: number;
	readonly servers?: number;
	/** `loopback` needs no rights: plain processes on ports of 127.0.0.1, whose links cannot be cut. */
	readonly network?: "namespaces" | "loopback";
	/** Called with the folder of a server's data before its first start: may mount something there. */
	readonly prepareData?: (folder: string) => Promise<void>;
}

/** One server, in a network namespace of its own where there is one. */
export class EnsembleServer {
	readonly number: number;
	readonly place: Place;
	readonly #folder: string;
	#child: Bun.Subprocess | undefined;

	constructor(number: number, place: Place, folder: string) {
		this.number = number;
		this.place = place;
		this.#folder = folder;
	}

	get address(): string {
		return `${this.place.ip}:${this.place.clientPort}`;
	}

	/** The folder of its log and snapshots. */
	get data(): string {
		return join(this.#folder, "data");
	}

	start(): void {
		const java = ["java", "-Xms16m", "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
		const options = [
			"-Djava.net.preferIPv4Stack=true",
			"-Dzookeeper.jmx.log4j.disable=true",
			"-Dzookeeper.preAllocSize=4096",
		];
		const main = ["-cp", CLASSPATH, "org.apache.zookeeper.server.quorum.QuorumPeerMain", join(this.#folder, "zoo.cfg")];
		const inside = this.place.namespace === undefined ? [] : ["ip", "netns", "exec", this.place.namespace];
		this.#child = Bun.spawn([...inside, ...java, ...options, ...main], {
			stdout: Bun.file(join(this.#folder, "log")),
			stderr: Bun.file(join(this.#folder, "log")),
		});
	}

	/** Sends a signal to the server; `ip netns exec` has become the server itself. */
	signal(name: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void {
		this.#child?.kill(name);
	}

	async kill(): Promise<void> {
		this.signal("SIGKILL");
		await this.#child?.exited;
	}

	/** Removes all that a killed server has stored, but for its number. */
	async wipe(): Promise<void> {
		await rm(join(this.data, "version-2"), { recursive: true, force: true });
	}

	/** `leader`, `follower`, or undefined while it serves nobody. */
	async mode(): Promise<string | undefined> {
		const text = await ask(this.place, "srvr");
		return /^Mode: (\w+)/m.exec(text)?.[1];
	}
}

/** The answer to a four-letter word, empty where there is none. */
async function ask({ ip, clientPort }: Place, word: string): Promise<string> {
	const { promise, resolve } = Promise.withResolvers<string>();
	let text = "";
	const socket = connect({ host: ip, port: clientPort });
	socket.on("connect", () => socket.write(word));
	socket.on("data", (bytes) => {
		text += bytes.toString();
	});
	socket.on("error", () => resolve(""));
	socket.on("close", () => resolve(text));
	socket.setTimeout(2000, () => socket.destroy());
	return await promise;
}

/**
 * An ensemble of ZooKeeper servers, each in a network namespace of its own, joined by a bridge on which this host is a
 * member too: any link between two servers can be cut while both still hear their clients. Needs root.
 */
export class Ensemble implements AsyncDisposable {
	readonly servers: readonly EnsembleServer[];
	readonly #bridge: string | undefined;
	readonly #folder: string;

	private constructor(servers: readonly EnsembleServer[], bridge: string | undefined, folder: string) {
		this.servers = servers;
		this.#bridge = bridge;
		this.#folder = folder;
	}

	static async start(settings: EnsembleSettings): Promise<Ensemble> {
		const { servers: count = 3, network = "namespaces" } = settings;
		const folder = await mkdtemp(join(tmpdir(), "tangles-ensemble-"));
		const bridge = network === "loopback" ? undefined : await makeBridge();
		const numbers = Array.from({ length: count }, (_, at) => at + 1);
		const places =
			bridge === undefined ? await loopbackPlaces(count) : numbers.map((number) => placeAt(bridge, number));
		const servers = places.map((place, at) => new EnsembleServer(at + 1, place, join(folder, `${at + 1}`)));
		const ensemble = new Ensemble(servers, bridge?.name, folder);
		try {
			await ensemble.#start(settings);
		} catch (error) {
			await ensemble[Symbol.asyncDispose]();
			throw error;
		}
		return ensemble;
	}

	async #start({ tickMs, syncLimit, prepareData = async () => {} }: EnsembleSettings): Promise<void> {
		const members = this.servers
			.map(({ number, place }) => `server.${number}=${place.ip}:${place.quorumPort}:${place.electionPort}`)
			.join("\n");
		for (const server of this.servers) {
			await mkdir(server.data, { recursive: true });
			await prepareData(server.data);
			await writeFile(join(server.data, "myid"), String(server.number));
			await writeFile(
				join(this.#folder, `${server.number}`, "zoo.cfg"),
				`tickTime=${tickMs}\ninitLimit=10\nsyncLimit=${syncLimit}\ndataDir=${server.data}\n` +
					`clientPort=${server.place.clientPort}\nclientPortAddress=${server.place.ip}\n` +
					`maxSessionTimeout=60000\nadmin.enableServer=false\n4lw.commands.whitelist=*\nmaxClientCnxns=0\n${members}\n`,
			);
			if (this.#bridge !== undefined) await joinBridge(this.#bridge, server.number, server.place);
			server.start();
		}
		await this.untilServing();
	}

	/** `host:port` of each, for a connect string. */
	get addresses(): string {
		return this.servers.map(({ address }) => address).join(",");
	}

	/** Resolves when every server leads or follows. */
	async untilServing(): Promise<void> {
		for (;;) {
			const modes = await Promise.all(this.servers.map((server) => server.mode()));
			if (modes.every((mode) => mode !== undefined) && modes.includes("leader")) return;
			await Bun.sleep(100);
		}
	}

	/** The server that leads now, where one does. */
	async leader(): Promise<EnsembleServer | undefined> {
		const modes = await Promise.all(this.servers.map((server) => server.mode()));
		return this.servers.find((_, at) => modes[at] === "leader");
	}

	/** Resolves with true once one of `electors` leads, with false when the signal aborts before. */
	async untilLed(electors: readonly EnsembleServer[], signal: AbortSignal): Promise<boolean> {
		while (electors.length > 0 && !signal.aborted) {
			const modes = await Promise.all(electors.map((server) => server.mode()));
			if (modes.includes("leader")) return true;
			await Bun.sleep(50);
		}
		return false;
	}

	/** The leader, and those that follow it. */
	async roles(): Promise<{ readonly leader: EnsembleServer; readonly followers: readonly EnsembleServer[] }> {
		const leader = await this.leader();
		if (leader === undefined) throw new Error("no server leads");
		return { leader, followers: this.servers.filter((server) => server !== leader) };
	}

	/** Whether links between servers can be cut. */
	get canCut(): boolean {
		return this.#bridge !== undefined;
	}

	/** Cuts a server off from the other servers; its clients still reach it. */
	async isolate(server: EnsembleServer): Promise<void> {
		await Promise.all(this.#others(server).map((other) => this.cutLink(server, other)));
	}

	async rejoin(server: EnsembleServer): Promise<void> {
		await Promise.all(this.#others(server).map((other) => this.restoreLink(server, other)));
	}

	/** Cuts the link between two servers. */
	async cutLink(one: EnsembleServer, other: EnsembleServer): Promise<void> {
		await routes("add", one.place, other.place);
	}

	async restoreLink(one: EnsembleServer, other: EnsembleServer): Promise<void> {
		await routes("del", one.place, other.place);
	}

	#others(server: EnsembleServer): readonly EnsembleServer[] {
		return this.servers.filter((other) => other !== server);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await Promise.all(this.servers.map((server) => server.kill()));
		if (this.#bridge !== undefined)
			await removeNetwork(
				this.#bridge,
				this.servers.map(({ place }) => place),
			);
		await rm(this.#folder, { recursive: true });
	}
}
