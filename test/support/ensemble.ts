import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bringPrograms } from "./programs.ts";

const CLIENT_PORT = 2181;
const CLASSPATH = "/usr/share/java/zookeeper.jar:/usr/share/java/slf4j-simple.jar";
/** A host can have this many ensembles at a time. */
const SUBNETS = 250;

export interface EnsembleSettings {
	readonly tickMs: number;
	/** Ticks that a follower may be behind or silent before it and its leader part. */
	readonly syncLimit: number;
	readonly servers?: number;
}

/** Runs a command to its end; what it printed. */
async function run(...command: readonly string[]): Promise<string> {
	const child = Bun.spawn([...command], { stdout: "pipe", stderr: "pipe" });
	const [out, talk, code] = await Promise.all([
		new Response(child.stdout).text(),
		new Response(child.stderr).text(),
		child.exited,
	]);
	if (code !== 0) throw new Error(`${command.join(" ")}: ${talk}`);
	return out;
}

/** One server, in a network namespace of its own. */
export class EnsembleServer {
	readonly number: number;
	readonly ip: string;
	readonly namespace: string;
	readonly #folder: string;
	#child: Bun.Subprocess | undefined;

	constructor(number: number, ip: string, namespace: string, folder: string) {
		this.number = number;
		this.ip = ip;
		this.namespace = namespace;
		this.#folder = folder;
	}

	get address(): string {
		return `${this.ip}:${CLIENT_PORT}`;
	}

	start(): void {
		const java = ["java", "-Xms16m", "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
		const options = [
			"-Djava.net.preferIPv4Stack=true",
			"-Dzookeeper.jmx.log4j.disable=true",
			"-Dzookeeper.preAllocSize=4096",
		];
		const main = ["-cp", CLASSPATH, "org.apache.zookeeper.server.quorum.QuorumPeerMain", join(this.#folder, "zoo.cfg")];
		this.#child = Bun.spawn(["ip", "netns", "exec", this.namespace, ...java, ...options, ...main], {
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

	/** `leader`, `follower`, or undefined while it serves nobody. */
	async mode(): Promise<string | undefined> {
		const text = await ask(this.ip, "srvr");
		return /^Mode: (\w+)/m.exec(text)?.[1];
	}
}

/** The answer to a four-letter word, empty where there is none. */
async function ask(ip: string, word: string): Promise<string> {
	const { promise, resolve } = Promise.withResolvers<string>();
	let text = "";
	const socket = connect({ host: ip, port: CLIENT_PORT });
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
	readonly #bridge: string;
	readonly #folder: string;

	private constructor(servers: readonly EnsembleServer[], bridge: string, folder: string) {
		this.servers = servers;
		this.#bridge = bridge;
		this.#folder = folder;
	}

	static async start({ tickMs, syncLimit, servers: count = 3 }: EnsembleSettings): Promise<Ensemble> {
		await bringPrograms("ip");
		const subnet = await freeSubnet();
		const bridge = `tgz${subnet}`;
		const folder = await mkdtemp(join(tmpdir(), "tangles-ensemble-"));
		await run("ip", "link", "add", bridge, "type", "bridge");
		await run("ip", "addr", "add", `10.213.${subnet}.254/24`, "dev", bridge);
		await run("ip", "link", "set", bridge, "up");
		const numbers = Array.from({ length: count }, (_, at) => at + 1);
		const servers = numbers.map(
			(number) =>
				new EnsembleServer(number, `10.213.${subnet}.${number}`, `${bridge}n${number}`, join(folder, `${number}`)),
		);
		const ensemble = new Ensemble(servers, bridge, folder);
		try {
			await ensemble.#start(tickMs, syncLimit);
		} catch (error) {
			await ensemble[Symbol.asyncDispose]();
			throw error;
		}
		return ensemble;
	}

	async #start(tickMs: number, syncLimit: number): Promise<void> {
		const members = this.servers.map(({ number, ip }) => `server.${number}=${ip}:2888:3888`).join("\n");
		for (const server of this.servers) {
			const home = join(this.#folder, `${server.number}`);
			await mkdir(join(home, "data"), { recursive: true });
			await writeFile(join(home, "data", "myid"), String(server.number));
			await writeFile(
				join(home, "zoo.cfg"),
				`tickTime=${tickMs}\ninitLimit=10\nsyncLimit=${syncLimit}\ndataDir=${home}/data\nclientPort=${CLIENT_PORT}\n` +
					`maxSessionTimeout=60000\nadmin.enableServer=false\n4lw.commands.whitelist=*\nmaxClientCnxns=0\n${members}\n`,
			);
			await this.#join(server);
			server.start();
		}
		await this.untilServing();
	}

	async #join({ number, ip, namespace }: EnsembleServer): Promise<void> {
		const [outside, inside] = [`${this.#bridge}v${number}`, "eth0"];
		await run("ip", "netns", "add", namespace);
		await run("ip", "link", "add", outside, "type", "veth", "peer", "name", inside, "netns", namespace);
		await run("ip", "link", "set", outside, "master", this.#bridge, "up");
		await run("ip", "-n", namespace, "addr", "add", `${ip}/24`, "dev", inside);
		await run("ip", "-n", namespace, "link", "set", "lo", "up");
		await run("ip", "-n", namespace, "link", "set", inside, "up");
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

	/** The leader, and those that follow it. */
	async roles(): Promise<{ readonly leader: EnsembleServer; readonly followers: readonly EnsembleServer[] }> {
		const modes = await Promise.all(this.servers.map((server) => server.mode()));
		const leader = this.servers.find((_, at) => modes[at] === "leader");
		if (leader === undefined) throw new Error("no server leads");
		return { leader, followers: this.servers.filter((server) => server !== leader) };
	}

	/** Cuts a server off from the other servers; its clients still reach it. */
	async isolate(server: EnsembleServer): Promise<void> {
		await this.#routes("add", server);
	}

	async hint(server: EnsembleServer): Promise<void> {
		await this.#routes("del", server);
	}

	async #routes(verb: "add" | "del", server: EnsembleServer): Promise<void> {
		const others = this.servers.filter((other) => other !== server);
		const blackhole = (at: EnsembleServer, to: EnsembleServer) =>
			run("ip", "-n", at.namespace, "route", verb, "blackhole", `${to.ip}/32`);
		await Promise.all(others.flatMap((other) => [blackhole(server, other), blackhole(other, server)]));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await Promise.all(this.servers.map((server) => server.kill()));
		const links = (await run("ip", "-o", "link", "show")).matchAll(/^\d+: (\w+)/gm);
		const ours = [...links].map(([, name = ""]) => name).filter((name) => name.startsWith(`${this.#bridge}v`));
		// A namespace takes its links along, but not at once: the next ensemble would find their names taken.
		for (const name of [...ours, this.#bridge]) await run("ip", "link", "del", name);
		const there = await run("ip", "netns", "list");
		for (const { namespace } of this.servers) {
			if (there.includes(namespace)) await run("ip", "netns", "del", namespace);
		}
		await rm(this.#folder, { recursive: true });
	}
}

async function freeSubnet(): Promise<number> {
	const taken = await run("ip", "-o", "link", "show", "type", "bridge");
	const first = process.pid % SUBNETS;
	for (let at = 0; at < SUBNETS; at += 1) {
		const subnet = (first + at) % SUBNETS;
		if (!taken.includes(`tgz${subnet}:`)) return subnet;
	}
	throw new Error("every subnet for an ensemble is taken");
}
