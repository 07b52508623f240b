import { createServer } from "node:net";
import { bringPrograms } from "./programs.ts";

const CLIENT_PORT = 2181;
/** A host can have this many ensembles at a time. */
const SUBNETS = 250;

/** Where a server listens. */
export interface Place {
	readonly ip: string;
	readonly clientPort: number;
	readonly quorumPort: number;
	readonly electionPort: number;
	/** Undefined on the loopback. */
	readonly namespace: string | undefined;
}

/** Runs a command to its end; what it printed. */
export async function run(...command: readonly string[]): Promise<string> {
	const child = Bun.spawn([...command], { stdout: "pipe", stderr: "pipe" });
	const [out, talk, code] = await Promise.all([
		new Response(child.stdout).text(),
		new Response(child.stderr).text(),
		child.exited,
	]);
	if (code !== 0) throw new Error(`${command.join(" ")}: ${talk}`);
	return out;
}

/** A bridge of this host, whose name no other ensemble has. */
export interface Bridge {
	readonly name: string;
	readonly subnet: number;
}

/** Adds or deletes the routes that drop all packets between two servers. */
export async function routes(verb: "add" | "del", one: Place, other: Place): Promise<void> {
	const blackhole = ({ namespace }: Place, { ip }: Place) => {
		if (namespace === undefined) throw new Error("servers on the loopback cannot be cut off from each other");
		return run("ip", "-n", namespace, "route", verb, "blackhole", `${ip}/32`);
	};
	await Promise.all([blackhole(one, other), blackhole(other, one)]);
}

/** Makes the bridge that joins the servers. */
export async function makeBridge(): Promise<Bridge> {
	await bringPrograms("ip");
	const subnet = await freeSubnet();
	const name = `tgz${subnet}`;
	await run("ip", "link", "add", name, "type", "bridge");
	await run("ip", "addr", "add", `10.213.${subnet}.254/24`, "dev", name);
	await run("ip", "link", "set", name, "up");
	return { name, subnet };
}

/** The place of a server behind a bridge. */
export function placeAt({ name, subnet }: Bridge, number: number): Place {
	return {
		...{ ip: `10.213.${subnet}.${number}`, namespace: `${name}n${number}` },
		...{ clientPort: CLIENT_PORT, quorumPort: 2888, electionPort: 3888 },
	};
}

/** Places on ports that are free now. */
export async function loopbackPlaces(count: number): Promise<Place[]> {
	const listeners = Array.from({ length: count * 3 }, () => createServer());
	const ports = await Promise.all(
		listeners.map(async (listener) => {
			await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
			const address = listener.address();
			if (address === null || typeof address === "string") throw new Error("not listening");
			return address.port;
		}),
	);
	await Promise.all(listeners.map((listener) => new Promise((resolve) => listener.close(resolve))));
	return Array.from({ length: count }, (_, at) => {
		const [clientPort = 0, quorumPort = 0, electionPort = 0] = ports.slice(at * 3);
		return { ip: "127.0.0.1", namespace: undefined, clientPort, quorumPort, electionPort };
	});
}

/** Removes a bridge with all that was joined to it. */
export async function removeNetwork(bridge: string, places: readonly Place[]): Promise<void> {
	const links = (await run("ip", "-o", "link", "show")).matchAll(/^\d+: (\w+)/gm);
	const ours = [...links].map(([, name = ""]) => name).filter((name) => name.startsWith(`${bridge}v`));
	// A namespace takes its links along, but not at once: the next ensemble would find their names taken.
	for (const name of [...ours, bridge]) await run("ip", "link", "del", name);
	const there = (await run("ip", "netns", "list")).split(/\s+/);
	for (const { namespace } of places) {
		if (namespace !== undefined && there.includes(namespace)) await run("ip", "netns", "del", namespace);
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

/** Makes a server's namespace, and joins it to the bridge. */
export async function joinBridge(bridge: string, number: number, { ip, namespace }: Place): Promise<void> {
	if (namespace === undefined) throw new Error("a server on the loopback has no namespace");
	const [outside, inside] = [`${bridge}v${number}`, "eth0"];
	await run("ip", "netns", "add", namespace);
	await run("ip", "link", "add", outside, "type", "veth", "peer", "name", inside, "netns", namespace);
	await run("ip", "link", "set", outside, "master", bridge, "up");
	await run("ip", "-n", namespace, "addr", "add", `${ip}/24`, "dev", inside);
	await run("ip", "-n", namespace, "link", "set", "lo", "up");
	await run("ip", "-n", namespace, "link", "set", inside, "up");
}
