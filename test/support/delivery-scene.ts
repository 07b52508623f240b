import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isBatch } from "../../src/line/batches/malformed.ts";
import { ComponentScene, type Staging } from "./component-scene.ts";
import { type Ended, Run } from "./tangles.ts";

export const TRIGGER = "transfer_acknowledged";

/** A folder of deliveries in a scene of its own, and runs of the intake on it by as many hosts as are asked for. */
export class DeliveryScene implements AsyncDisposable {
	readonly site: ComponentScene;
	/** The folder of deliveries. */
	readonly dir: string;

	private constructor(site: ComponentScene) {
		this.site = site;
		this.dir = join(site.folder, "deliveries");
	}

	static async create(staging: Staging = {}): Promise<DeliveryScene> {
		const scene = new DeliveryScene(await ComponentScene.create(staging));
		await mkdir(scene.dir);
		return scene;
	}

	/** Writes a whole delivery: the files by their paths, the trigger file at last. */
	async deliver(name: string, files: Readonly<Record<string, string>> = { "pages/1.tif": name }): Promise<void> {
		for (const [path, text] of Object.entries(files)) await this.write(join(name, path), text);
		await this.write(join(name, TRIGGER), "");
	}

	/** Writes a file below the folder of deliveries. */
	async write(path: string, text: string): Promise<void> {
		const file = join(this.dir, path);
		await mkdir(dirname(file), { recursive: true });
		await writeFile(file, text);
	}

	/** A run in a working directory of its own for each host, with the site's config. */
	async start(host: string, ...flags: readonly string[]): Promise<Run> {
		const cwd = join(this.site.folder, host);
		await mkdir(cwd, { recursive: true });
		return new Run(["batches", "receive", this.dir, ...flags], this.site.env, cwd);
	}

	/** A run that takes what has come this moment. */
	async run(...flags: readonly string[]): Promise<Ended> {
		return await (await this.start("host", "--settle", "0s", ...flags)).ended();
	}

	/** The events of each batch that is stored, in their order: `Data_Received+ Manually_stopped+`. */
	async batches(): Promise<Record<string, string>> {
		const found: [string, string][] = [];
		const everything = { past: [], future: [], old: [], types: [] };
		for await (const page of this.site.store.all(everything, new AbortController().signal)) {
			for (const stored of page) {
				if (!isBatch(stored)) throw stored.fault();
				const events = stored.events.map(({ type, success }) => `${type}${success ? "+" : "-"}`);
				found.push([stored.id, events.join(" ")]);
			}
		}
		return Object.fromEntries(found);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await rm(this.dir, { recursive: true, force: true });
		await this.site[Symbol.asyncDispose]();
	}
}
