import type { Fault } from "../base/fault.ts";
import type { Log } from "../base/log.ts";
import { nearest } from "../base/nearest.ts";
import type { Config, ConfigWith, Need, ServerName } from "./config.ts";
import { type ConfigPlaces, findFile, SYSTEM_FILE, type TextFile } from "./file.ts";
import { type ConfigFault, Findings } from "./findings.ts";
import { isBlank, withoutBlanks } from "./formats/blank.ts";
import { propertyMiss } from "./formats/property-misses.ts";
import { emptyTree, type Tree } from "./formats/tree.ts";
import { SECTION_KEYS } from "./keys.ts";
import type { ReaderContext } from "./reader-context.ts";
import { isAboutSafety, unknownSafetyKey } from "./safety.ts";
import { readComponents } from "./sections/components.ts";
import { FAKTORY_VARIABLE, readFaktory } from "./sections/faktory.ts";
import { MONGO_VARIABLE, readMongo } from "./sections/mongo.ts";
import { readPing } from "./sections/ping.ts";
import { readCollections, readProducer } from "./sections/producer-and-collections.ts";
import { readZookeeper, ZOOKEEPER_VARIABLE } from "./sections/zookeeper.ts";
import { UnknownKeys } from "./unknown.ts";
import { shownKey } from "./values/describe-value.ts";
import { deepFreeze } from "./values/freeze.ts";
import { Wrong } from "./values/wrong.ts";

export interface LoadOptions<N extends readonly Need[] = readonly Need[]> extends ConfigPlaces {
	/** The servers the command uses: one that neither file nor environment names is a fault. */
	readonly needs: N;
	readonly log: Log;
	/** True where a fault of one component does not fail the load: it is kept in `componentFaults`. */
	readonly apart?: boolean;
}

const SECTIONS = Object.keys(SECTION_KEYS);

/** The section that names a server, and the key whose origin is an environment variable that does. */
const NAMED_BY: Readonly<Record<ServerName, readonly [string, string]>> = {
	mongo: ["db-connection-info", "uri"],
	faktory: ["faktory-connection-info", "domain"],
	zookeeper: ["zookeeper-connection-info", "connect"],
};

const VARIABLES: Readonly<Record<ServerName, string>> = {
	mongo: `${MONGO_VARIABLE}=mongodb://HOST`,
	faktory: `${FAKTORY_VARIABLE}=tcp://HOST:7419`,
	zookeeper: `${ZOOKEEPER_VARIABLE}=HOST:2181`,
};

/** A parser is loaded for a file of its kind: a run whose servers are in the environment has none. */
async function treeOf(file: TextFile, findings: Findings, unknown: UnknownKeys, log: Log): Promise<Tree> {
	const fault = (line: number, text: string) => findings.inFile(file.shown, line, text);
	if (file.kind === "yaml") {
		const { readYaml } = await import("./formats/yaml.ts");
		const read = readYaml(file.text, fault);
		const tree = { ...read, root: withoutBlanks(read.root) };
		for (const key of Object.keys(tree.root)) {
			if (!SECTIONS.includes(key)) {
				unknown.report(tree.place([key])?.line ?? 1, [], key, nearest(key, SECTIONS));
			}
		}
		return tree;
	}
	const { readProperties } = await import("./formats/properties.ts");
	return readProperties(file.text, {
		fault,
		repeated: (line, key, earlier) =>
			log.warn("key stands twice; the last one counts", { key, at: `${file.shown}:${line}`, first: earlier }),
		unknown: (line, key) => {
			const miss = propertyMiss(key);
			if (miss === undefined) return;
			const ours = key.toLowerCase().startsWith("tangles.");
			if (ours && isAboutSafety(key.slice(key.lastIndexOf(".") + 1))) {
				fault(line, `${shownKey(key)}: ${unknownSafetyKey(miss.meant)}`);
			} else unknown.report(line, [], key, miss.meant);
		},
	});
}

/** True where file or environment name the server, validly or not; what is not valid is among the findings already. */
function isNamed(server: ServerName, tree: Tree, findings: Findings): boolean {
	const [section, key] = NAMED_BY[server];
	return Object.hasOwn(tree.root, section) || findings.origins.has(`${section}.${key}`);
}

const serverOf = (need: Need) => (typeof need === "string" ? need : need.server);

function missing(need: Need, tree: Tree, file: TextFile | undefined, options: LoadOptions): string {
	const server = serverOf(need);
	const where = file?.shown ?? `no config file (tangles.yaml, ${options.systemFile ?? SYSTEM_FILE})`;
	const way = tree.ways[server];
	const ways = [...(way === undefined ? [] : [`${way} in the file`]), `${VARIABLES[server]} in the environment`];
	const without = typeof need === "string" ? "" : `; or ${need.without}`;
	return `${where}: ${server}: no server is named; expected ${ways.join(", or ")}${without}`;
}

/** True where each server that is needed is there; the faults of those that are not have been thrown before. */
function hasServers<N extends readonly Need[]>(config: Config, needs: N): config is ConfigWith<N> {
	return needs.every((need) => config[serverOf(need)] !== undefined);
}

/** What file and environment say, and what is wrong with it. */
async function readAll(options: LoadOptions, mostWarnings?: number) {
	const { env, log } = options;
	const findings = new Findings();
	const read = await findFile(options);
	if (read instanceof Wrong) findings.general(read.text);
	const file = read instanceof Wrong ? undefined : read;
	const unknown = new UnknownKeys(file?.shown ?? "", log, mostWarnings);
	const tree = file === undefined ? emptyTree(read === undefined) : await treeOf(file, findings, unknown, log);
	const context: ReaderContext = {
		tree,
		file: file?.shown ?? "",
		folder: file?.folder ?? options.cwd,
		env,
		findings,
		unknown,
		log,
	};
	const servers = {
		faktory: await readFaktory(context),
		mongo: await readMongo(context),
		zookeeper: await readZookeeper(context),
	};
	const collections = readCollections(context);
	const config = {
		file: file?.path,
		...servers,
		...collections,
		producer: readProducer(context),
		ping: readPing(context),
		components: readComponents(context, collections.batches.stopEvent),
		componentFaults: new Map<string, Fault>(),
		origins: findings.origins,
		values: findings.values,
	};
	for (const need of options.needs) {
		const named = isNamed(serverOf(need), tree, findings);
		if (tree.whole && !named) findings.general(missing(need, tree, file, options));
	}
	return { config, findings, file, isUnusable: read instanceof Wrong };
}

/**
 * Reads file and environment into one frozen `Config`. Warnings of unknown keys go to `log`. Throws one Fault of kind
 * "config" that names everything that is wrong; no secret is in its message.
 */
export async function loadConfig<const N extends readonly Need[]>(options: LoadOptions<N>): Promise<ConfigWith<N>> {
	const { config, findings } = await readAll(options);
	findings.throwIfAny({ apart: options.apart === true });
	// Frozen values are for everybody; a fault is thrown, and an error must be free to be given a stack.
	const componentFaults = findings.componentFaults();
	for (const name of componentFaults.keys()) config.components.delete(name);
	const loaded = { ...deepFreeze(config), componentFaults };
	if (!hasServers(loaded, options.needs))
		throw new Error("a server that is needed is neither read nor told as missing");
	return loaded;
}

interface Inspected {
	readonly file: string | undefined;
	readonly isUnusable: boolean;
	readonly faults: readonly ConfigFault[];
}

/**
 * Reads file and environment as `loadConfig` does, and gives everything that is wrong in place of throwing it; every
 * warning goes to `log`, however many there are. `file` is its name as messages have it; `isUnusable`: there is one that
 * cannot be read.
 */
export async function inspectConfig(options: ConfigPlaces & { readonly log: Log }): Promise<Inspected> {
	const { findings, file, isUnusable } = await readAll({ ...options, needs: [] }, Number.POSITIVE_INFINITY);
	if (file !== undefined && isBlank(file.text)) options.log.warn("is empty", { at: file.shown });
	return { file: file?.shown, isUnusable, faults: findings.list() };
}
