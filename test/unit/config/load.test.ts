import { describe, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { componentConfig } from "../../../src/config/config.ts";
import { ConfigFolder, faultOf, keptLog, loadText } from "../../support/config-folder.ts";

const pageSize = (size: number) => `tangle-collections: { page_size: ${size} }\n`;

/** As the existing runner's files have it. */
const EXISTING = `# arborescent runner
faktory-connection-info:
  domain: faktory
  port: 7419
db-connection-info:
  domain: mongo
  port: 27017
  user: root
  password: example
  database: tanglenomicon
tangle-collections:
  stencil_col_name: arborescent_stencils
  col_name: arborescent_tangles
  page_size: 500
`;

const EXISTING_PROPERTIES = `# org.example.autonomous
autonomous.lockserver.url=localhost:2181
autonomous.sboi.pageSize = 50
autonomous.pastSuccessfulEvents= Data_Received , Metadata_Archived
autonomous.futureEvents=Approved,\\
    Rejected
autonomous.oldEvents=
autonomous.itemTypes:ROUNDTRIP
autonomous.maxThreads  2
autonomous.workQueueSize=3
autonomous.maxRuntimeForWorkers=86400000
autonomous.component.threadsPerBatch=4
autonomous.component.maxResults=10000
autonomous.component.version=2.1
autonomous.component.event=Checked
autonomous.component.command=/opt/check --mode "very strict"
tangles.mongo.uri=mongodb://db/library
`;

describe("which file is read", () => {
	test("-c beats $TANGLES_CONFIG beats ./tangles.yaml beats the host's file", async () => {
		await using folder = await ConfigFolder.create({
			"flag.yaml": pageSize(1),
			"variable.yml": pageSize(2),
			"tangles.yaml": pageSize(3),
			"etc.yaml": pageSize(4),
		});
		const env = { TANGLES_CONFIG: "variable.yml" };
		expect((await folder.load({ file: "flag.yaml", env })).tangles.pageSize).toBe(1);
		expect((await folder.load({ env })).tangles.pageSize).toBe(2);
		expect((await folder.load()).tangles.pageSize).toBe(3);
		expect((await folder.load({ env: { TANGLES_CONFIG: "" } })).tangles.pageSize).toBe(3);
	});

	test("without ./tangles.yaml it is the host's file", async () => {
		await using folder = await ConfigFolder.create({ "etc.yaml": pageSize(4) });
		const config = await folder.load();
		expect(config.tangles.pageSize).toBe(4);
		expect(config.file).toBe(join(folder.path, "etc.yaml"));
	});

	test("a ./tangles.yaml that cannot be read is not passed over", async () => {
		await using folder = await ConfigFolder.create({ "etc.yaml": pageSize(4) });
		await mkdir(join(folder.path, "tangles.yaml"));
		expect(await faultOf(folder.load())).toContain("tangles.yaml: is a folder; expected a file");
	});

	test("none at all is enough where the environment names the servers", async () => {
		await using folder = await ConfigFolder.create();
		const config = await folder.load({
			env: { TANGLES_MONGO_URI: "mongodb://db", FAKTORY_URL: "tcp://f", TANGLES_ZOOKEEPER: "zk" },
			needs: ["mongo", "faktory", "zookeeper"],
		});
		expect(config.file).toBeUndefined();
		expect(config.mongo).toMatchObject({ address: "db:27017", database: "tanglenomicon" });
		expect(config.faktory).toMatchObject({ host: "f", port: 7419, queue: "arborescent", tls: undefined });
		expect(config.zookeeper).toMatchObject({ connect: "zk:2181", sessionTimeoutMs: 15000, lockLayout: "both" });
	});
});

describe("existing files load unchanged", () => {
	test("the runner's YAML, without a warning", async () => {
		const log = keptLog();
		const config = await loadText(EXISTING, { needs: ["mongo", "faktory"], log });
		expect(log.lines).toEqual([]);
		expect(config.faktory).toEqual({
			host: "faktory",
			port: 7419,
			tls: undefined,
			password: undefined,
			queue: "arborescent",
		});
		expect(config.mongo).toMatchObject({ address: "mongo:27017", database: "tanglenomicon" });
		expect(config.mongo?.uri.reveal()).toBe(
			"mongodb://root:example@mongo:27017/?authSource=admin&retryWrites=true&w=majority",
		);
		expect(config.tangles).toEqual({
			stencilCollection: "arborescent_stencils",
			tangleCollection: "arborescent_tangles",
			pageSize: 500,
		});
	});

	test("a component's properties", async () => {
		const log = keptLog();
		const config = await loadText(EXISTING_PROPERTIES, { ending: ".properties", needs: ["zookeeper", "mongo"], log });
		expect(log.lines).toEqual([]);
		expect(config.zookeeper?.connect).toBe("localhost:2181");
		expect(config.mongo).toMatchObject({ address: "db:27017", database: "library" });
		expect(componentConfig(config, "any name")).toEqual({
			past: ["Data_Received", "Metadata_Archived"],
			future: ["Approved", "Rejected"],
			old: [],
			types: ["ROUNDTRIP"],
			event: "Checked",
			version: "2.1",
			maxThreads: 2,
			queueLength: 3,
			maxRuntimeMs: 86_400_000,
			maxRunMs: 86_400_000,
			unless: ["Manually_stopped"],
			threadsPerBatch: 4,
			maxResults: 10_000,
			pageSize: 50,
			command: ["/opt/check", "--mode", "very strict"],
		});
		expect(config.origins.get("components.*.max-threads")).toBe("tangles.properties:9");
	});

	test("an empty file, and one of comments, have no keys", async () => {
		for (const text of ["", "\n\n", "# nothing\n", "---\n", "~\n"])
			expect((await loadText(text)).mongo).toBeUndefined();
		expect((await loadText("", { ending: ".properties" })).components.size).toBe(0);
	});
});

describe("defaults", () => {
	test("are those of the design", async () => {
		const config = await loadText("components: { check: }\n");
		expect(config.producer).toEqual({ headroom: 100_000, pollMs: 3000, window: 8, chunk: 1000, patienceMs: 60_000 });
		expect(config.batches).toEqual({ collection: "batches", stopEvent: "Manually_stopped" });
		expect(config.components.get("check")).toEqual({
			past: [],
			future: [],
			old: [],
			types: [],
			event: undefined,
			version: "1.0",
			maxThreads: 1,
			queueLength: 1,
			maxRuntimeMs: 3_600_000,
			maxRunMs: undefined,
			unless: ["Manually_stopped"],
			threadsPerBatch: 1,
			maxResults: 1000,
			pageSize: 100,
			command: undefined,
		});
	});

	test("a component that nothing names has no settings", async () => {
		const config = await loadText("components: { a: { max-threads: 2 }, constructor: {}, __proto__: {} }\n");
		expect(componentConfig(config, "a")?.maxThreads).toBe(2);
		expect(componentConfig(config, "b")).toBeUndefined();
		expect([...config.components.keys()]).toEqual(["a", "constructor", "__proto__"]);
	});
});

describe("servers", () => {
	test("the environment beats the file, address and login; the section's other keys still hold", async () => {
		const config = await loadText(
			`faktory-connection-info: { domain: a, password: x, tls: true, queue: mine }
zookeeper-connection-info: { connect: a, session-timeout: 20s, lock-layout: v2 }
db-connection-info: { domain: a, user: u, password: p, database: mine }
`,
			{ env: { FAKTORY_URL: "tcp://:s%40cret@b:1", TANGLES_ZOOKEEPER: "b:1/c", TANGLES_MONGO_URI: "mongodb://b:1" } },
		);
		expect(config.faktory).toMatchObject({ host: "b", port: 1, tls: undefined, queue: "mine" });
		expect(config.faktory?.password?.reveal()).toBe("s@cret");
		expect(config.zookeeper).toMatchObject({ connect: "b:1/c", sessionTimeoutMs: 20_000, lockLayout: "v2" });
		expect(config.mongo).toMatchObject({ address: "b:1", database: "mine" });
		expect(config.mongo?.uri.reveal()).toBe("mongodb://b:1");
	});

	test("FAKTORY_PROVIDER names the variable that counts", async () => {
		const env = { FAKTORY_PROVIDER: "MY_URL", MY_URL: "tcp+tls://f:7", FAKTORY_URL: "tcp://other" };
		const config = await loadText("", { env });
		expect(config.faktory).toMatchObject({ host: "f", port: 7, tls: { ca: undefined, key: undefined } });
		expect(config.origins.get("faktory-connection-info.domain")).toBe("environment MY_URL");
	});

	test("a login is percent-encoded, and a number in its place taken as written", async () => {
		const config = await loadText('db-connection-info: { domain: "::1", user: 007, password: 0123 }\n');
		expect(config.mongo?.uri.reveal()).toStartWith("mongodb://007:0123@[::1]:27017/?authSource=admin");
		expect(config.mongo?.address).toBe("[::1]:27017");
		const odd = await loadText('db-connection-info: { domain: m, user: "a:b", password: "p@/%" }\n');
		expect(odd.mongo?.uri.reveal()).toStartWith("mongodb://a%3Ab:p%40%2F%25@m:27017/?");
		const shared = await loadText("db-connection-info:\n  domain: m\n  user: &same 0123\n  password: *same\n");
		expect(shared.mongo?.uri.reveal()).toStartWith("mongodb://0123:0123@m");
	});

	test("without a login the address is plain", async () => {
		const config = await loadText("db-connection-info: { domain: m }\n");
		expect(config.mongo?.uri.reveal()).toBe("mongodb://m:27017/");
	});

	test("uri replaces the other keys, and says so", async () => {
		const log = keptLog();
		const config = await loadText("db-connection-info:\n  uri: mongodb://a,b:2/x\n  domain: c\n  user: u\n", { log });
		expect(config.mongo).toMatchObject({ address: "a:27017,b:2", database: "x" });
		expect(log.lines.map(({ message, fields }) => [message, fields.key, fields.at])).toEqual([
			["key is not used: uri replaces it", "db-connection-info.domain", "tangles.yaml:3"],
			["key is not used: uri replaces it", "db-connection-info.user", "tangles.yaml:4"],
		]);
	});

	test("the key database beats the URI's path, with a warning where they differ", async () => {
		const log = keptLog();
		const env = { TANGLES_MONGO_URI: "mongodb+srv://cluster.example/b?w=1" };
		const config = await loadText("db-connection-info: { database: a }\n", { env, log });
		expect(config.mongo).toMatchObject({ address: "cluster.example", database: "a" });
		expect(log.lines).toMatchObject([
			{
				level: "warn",
				message: "two databases are named; the key database counts, not the URI's path",
				fields: { database: "a", at: "tangles.yaml:1", from: "environment TANGLES_MONGO_URI" },
			},
		]);
	});

	test("secrets' files are relative to the config file and lose one line end", async () => {
		await using folder = await ConfigFolder.create({ pw: "top secret \r\n", auth: "me:a:b\n" });
		await mkdir(join(folder.path, "conf"));
		await folder.write(
			"conf/x.yaml",
			`faktory-connection-info: { domain: f, password-file: ../pw }
db-connection-info: { domain: m, user: u, password-file: ${join(folder.path, "pw")} }
zookeeper-connection-info: { connect: "z:1", auth-file: ../auth }
`,
		);
		const config = await folder.load({ file: "conf/x.yaml" });
		expect(config.faktory?.password?.reveal()).toBe("top secret ");
		expect(config.mongo?.uri.reveal()).toStartWith("mongodb://u:top%20secret%20@m");
		expect(config.zookeeper?.auth?.reveal()).toBe("me:a:b");
	});

	test("a byte order mark at the beginning of a file is no part of it", async () => {
		const [mark, files] = ["\ufeff", { pw: "\ufefftop secret\n", auth: "\ufeffme:a:b\n" }];
		const text = `${mark}faktory-connection-info: { domain: f, password-file: pw }
zookeeper-connection-info: { connect: "z:1", auth-file: auth }
`;
		const config = await loadText(text, { files });
		expect(config.faktory?.password?.reveal()).toBe("top secret");
		expect(config.zookeeper?.auth?.reveal()).toBe("me:a:b");
		const properties = await loadText(`${mark}autonomous.lockserver.url = z:1\n`, { ending: ".properties" });
		expect(properties.zookeeper?.connect).toBe("z:1");
	});
});

describe("origins", () => {
	test("tell file and line, variable, or default", async () => {
		const env = { TANGLES_MONGO_URI: "mongodb://h/db" };
		const { origins } = await loadText("producer:\n  poll: 5s\n\n  window: 2\ncomponents: { c: { past: [a] } }\n", {
			env,
		});
		expect(origins.get("producer.poll")).toBe("tangles.yaml:2");
		expect(origins.get("producer.window")).toBe("tangles.yaml:4");
		expect(origins.get("producer.chunk")).toBe("default");
		expect(origins.get("components.c.past")).toBe("tangles.yaml:5");
		expect(origins.get("db-connection-info.uri")).toBe("environment TANGLES_MONGO_URI");
		expect(origins.get("db-connection-info.database")).toBe("environment TANGLES_MONGO_URI");
		expect(origins.has("components.c.command")).toBe(false);
	});
});

test("the result is frozen, maps and all", async () => {
	const config = await loadText("components: { c: { past: [a] } }\n");
	expect(() => Object.assign(config.producer, { window: 1 })).toThrow(TypeError);
	expect(() => Object.assign(config.components.get("c")?.past ?? [], ["b"])).toThrow(TypeError);
	expect(() => (config.origins as Map<string, string>).set("a", "b")).toThrow("the configuration cannot be changed");
	expect(() => (config.components as Map<string, unknown>).clear()).toThrow("the configuration cannot be changed");
});

describe("unknown keys are warned of, with the nearest known one", () => {
	test("in YAML, at every level", async () => {
		const log = keptLog();
		await loadText(
			"produser: { window: 5 }\nproducer:\n  windw: 5\n  zzz: 1\ncomponents:\n  free-name:\n    max-thread: 1\nlogging: { level: 5 }\n",
			{ log },
		);
		expect(
			log.lines.map(({ level, message, fields }) => [level, message, fields.key, fields.at, fields.meant]),
		).toEqual([
			["warn", "unknown key", "produser", "tangles.yaml:1", "producer"],
			["warn", "unknown key", "logging", "tangles.yaml:8", undefined],
			["warn", "unknown key", "producer.windw", "tangles.yaml:3", "window"],
			["warn", "unknown key", "producer.zzz", "tangles.yaml:4", undefined],
			["warn", "unknown key", "components.free-name.max-thread", "tangles.yaml:7", "max-threads"],
		]);
	});

	test("in properties, and a key that stands twice", async () => {
		const log = keptLog();
		const text = "autonomous.maxThread=1\nautonomous.maxThreads=1\nautonomous.maxThreads=2\n";
		const config = await loadText(text, { ending: ".properties", log });
		expect(componentConfig(config, "x")?.maxThreads).toBe(2);
		expect(log.lines).toEqual([
			{
				level: "warn",
				message: "key stands twice; the last one counts",
				fields: { key: "autonomous.maxThreads", at: "tangles.properties:3", first: 2 },
			},
			{
				level: "warn",
				message: "unknown key",
				fields: { key: "autonomous.maxThread", at: "tangles.properties:1", meant: "autonomous.maxThreads" },
			},
		]);
	});

	test("are not shown without end", async () => {
		const log = keptLog();
		await loadText(Array.from({ length: 500 }, (_, number) => `k${number}: 1\n`).join(""), { log });
		expect(log.lines.length).toBe(51);
		expect(log.lines.at(-1)).toMatchObject({ message: "more unknown keys are not shown" });
	});
});
