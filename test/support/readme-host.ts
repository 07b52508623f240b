import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Db, MongoClient } from "mongodb";
import { dropDatabase } from "./drop-database.ts";
import { blocksIn, replaced } from "./readme.ts";
import { OwnServers, shared, type Variables } from "./servers.ts";
import { BINARY, type Ended, Running } from "./tangles.ts";

/** Where the README has programs and the config file. */
const BIN = "/usr/local/bin";

/**
 * A folder with nothing but what the README tells to put there: the program, the config as it stands but for the
 * servers' addresses, and the programs that its examples call. Servers, database and home are of a test's own.
 */
export class Reader implements AsyncDisposable {
	readonly folder: string;
	readonly db: Db;
	/** The address of its ZooKeeper, with its chroot. */
	readonly zookeeper: string;
	readonly #servers: OwnServers;
	readonly #mongo: MongoClient;

	private constructor(folder: string, servers: OwnServers, mongo: MongoClient, database: string) {
		this.folder = folder;
		this.#servers = servers;
		this.#mongo = mongo;
		this.db = mongo.db(database);
		this.zookeeper = `${shared.zookeeper()}/${database}`;
	}

	get faktory(): string {
		return this.#servers.faktory;
	}

	static async create(): Promise<Reader> {
		// Faktory ends where what follows fails.
		await using begun = new AsyncDisposableStack();
		const servers = begun.use(await OwnServers.start(["faktory"]));
		const folder = await mkdtemp(join(tmpdir(), "tangles-reader-"));
		const database = `t${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
		const [config] = blocksIn("yaml");
		const mongo = new URL(shared.mongoAuth());
		const text = replaced(config?.text ?? "", {
			"domain: faktory, port: 7419": `domain: 127.0.0.1, port: ${servers.faktory.split(":").at(-1)}`,
			"domain: mongo, port: 27017": `domain: ${mongo.hostname}, port: ${mongo.port}`,
			"user: root": `user: ${mongo.username}`,
			"/etc/tangles/mongo": join(folder, "password"),
			"database: tanglenomicon": `database: ${database}`,
			"h1:2181,h2:2181": `${shared.zookeeper()}/${database}`,
		});
		await writeFile(join(folder, "tangles.yaml"), text);
		await writeFile(join(folder, "password"), mongo.password, { mode: 0o600 });
		await mkdir(join(folder, "bin"));
		await copyFile(BINARY, join(folder, "bin/tangles"));
		const reader = new Reader(folder, servers, await MongoClient.connect(shared.mongoAuth()), database);
		for (const name of ["check-batch", "report.sh"]) await reader.program(name, "exit 0");
		begun.move();
		return reader;
	}

	/** Puts a shell script on the PATH. */
	async program(name: string, script: string): Promise<void> {
		await writeFile(join(this.folder, "bin", name), `#!/bin/sh\n${script}\n`);
		await chmod(join(this.folder, "bin", name), 0o755);
	}

	/** What the README has for every host, where this reader has it. */
	here(text: string): string {
		return replaced(text, { [BIN]: join(this.folder, "bin") });
	}

	get path(): string {
		return this.here(`${BIN}:/usr/bin:/bin`);
	}

	/** A line as pasted into a shell. */
	start(line: string, shell: readonly string[] = ["sh", "-c"], more: Variables = {}): Running {
		return new Running([...shell, line], { PATH: this.path, HOME: this.folder, ...more }, this.folder);
	}

	async run(line: string, shell?: readonly string[], more?: Variables): Promise<Ended> {
		return await this.start(line, shell, more).ended();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await dropDatabase(this.db);
		await this.#mongo.close();
		await this.#servers[Symbol.asyncDispose]();
		await rm(this.folder, { recursive: true });
	}
}
