import { updateBatch } from "../../src/line/batches/change.ts";
import { appended, without } from "../../src/line/batches/events.ts";
import { keepingRemoved } from "../../src/line/batches/history.ts";
import { newBatch, parseBatchId } from "../../src/line/batches/id.ts";
import type { Held } from "../../src/locks/held.ts";
import { ComponentScene } from "./component-scene.ts";
import { shared, type Variables } from "./servers.ts";
import { Serving } from "./serving.ts";

/** A line of three components behind the arrival of a batch. */
export const LINE = {
	Structure_Checker: { past: ["Data_Received"], future: ["Structure_Checked"], event: "Structure_Checked" },
	Metadata_Checker: { past: ["Structure_Checked"], future: ["Metadata_Checked"], event: "Metadata_Checked" },
	Approver: { past: ["Metadata_Checked"], future: ["Roundtrip_Approved"], event: "Roundtrip_Approved" },
};
const STEPS = ["Data_Received", "Structure_Checked", "Metadata_Checked", "Roundtrip_Approved"] as const;
const HOUR_MS = 3_600_000;

const REPORT = {
	...{
		tool: "metadata-checker",
		version: "2.4",
		outcome: "Failure",
		date: "2026-11-20T10:00:00Z",
		duration_ms: 61_000,
	},
	failures: [
		{ filereference: "B4000220/1795-06-15-01/0003.mods.xml", type: "metadata", component: "metadata-checker-2.4" },
		{ filereference: "B4000220/1795-06-15-01/0007.tif", type: "checksum", component: "metadata-checker-2.4" },
	].map((failure) => ({ ...failure, description: "title is missing", details: "line 14: expected mods:title" })),
	preservable: true,
};

/** A site with some of everything: an enumeration under way, a line with batches at each station, locks, failures. */
export class SiteScene implements AsyncDisposable {
	readonly line: ComponentScene;
	readonly env: Variables;
	readonly ids: readonly string[];
	/** Where the page of a superseded report is. */
	report = "";
	readonly #locks: Held[] = [];
	readonly #awaited: Promise<Held>[] = [];

	private constructor(line: ComponentScene, ids: readonly string[]) {
		this.line = line;
		this.env = { ...line.env, FAKTORY_URL: shared.faktory() };
		this.ids = ids;
	}

	/** With so many batches, of which one has failed and one is worked on. */
	static async create(batches = 60): Promise<SiteScene> {
		const line = await ComponentScene.create({ components: LINE });
		const ids = Array.from({ length: batches }, (_, at) => `B4000220${28_241 + at}-RT1`);
		await using begun = new AsyncDisposableStack();
		const scene = begun.use(new SiteScene(line, ids));
		await scene.#enumeration();
		await Promise.all(ids.map(async (id, at) => await scene.add(id, at)));
		const working = ids[5] ?? "";
		for (const path of [`/Structure_Checker/${working}`, "/SBOI/Approver"]) await scene.hold(path);
		await scene.#wait("/SBOI/Approver");
		begun.move();
		return scene;
	}

	/** Takes a lock until the end of the scene. */
	async hold(path: string): Promise<void> {
		this.#locks.push(await this.line.locks.take(path));
	}

	/** Somebody waits for a lock that is held, until the end of the scene. */
	async #wait(path: string): Promise<void> {
		this.#awaited.push(this.line.locks.take(path));
		await this.line.locks.untilContenders(path, 2);
	}

	/** Adds a batch that has come so far as its number says; one in nine of them has failed. */
	async add(id: string, number: number): Promise<void> {
		const { store } = this.line;
		const created = new Date(Date.now() - (200 - number) * HOUR_MS);
		const type = number % 3 === 2 ? "Film" : "Newspaper";
		const steps = STEPS.slice(0, 1 + (number % STEPS.length));
		const events = steps.map((step, at) => {
			const success = !(at === steps.length - 1 && at > 0 && number % 9 === 6);
			const details = success ? "" : JSON.stringify(REPORT);
			const time = new Date(+created + at * 20 * 60_000);
			return { type: step, success, time, agent: "metadata-checker-2.4", details, host: "cron-1" };
		});
		await store.add(events.reduce(appended, newBatch(parseBatchId(id), type, created)));
		if (number === 6) {
			const note = { what: "restart", by: "ann@cron-1", time: new Date(), reason: "the scans were replaced" };
			const stored = await this.line.batch(id);
			await store.store(keepingRemoved(stored, without(stored, "Structure_Checked"), note));
			await this.#supersede(id, created);
		}
	}

	/** An earlier report of the batch's last step, too long to stay in its document. */
	async #supersede(id: string, time: Date): Promise<void> {
		const details = JSON.stringify({ ...REPORT, failures: Array(10).fill(REPORT.failures).flat() });
		const event = { type: "Metadata_Checked", success: false, time, agent: "metadata-checker-2.3", details };
		const { events } = await updateBatch(this.line.store, id, (batch) => appended(batch, event));
		const { report } = events.find((each) => each.report !== undefined) ?? {};
		this.report = `/batches/${id}/reports/${report}`;
	}

	/** `tangles serve` on it. */
	async serve(...flags: readonly string[]): Promise<Serving> {
		return await Serving.start(this.env, this.line.folder, "--every", "1s", "--overdue", "20d", ...flags);
	}

	async #enumeration(): Promise<void> {
		const { code, err } = await this.line.command(["init", "--max-tcn", "12"], this.env).ended();
		if (code !== 0) throw new Error(err);
		const { stencils } = this.line;
		await stencils.updateOne({ _id: "config" }, { $set: { current_completed_tcn: 8 } });
		await stencils.updateMany({ TCN: { $lte: 8 } }, { $set: { state: 3 } });
		const [first, second] = await stencils.find({ TCN: 9 }).sort({ _id: 1 }).limit(2).toArray();
		await stencils.updateOne({ _id: first?._id ?? "" }, { $set: { state: 3 } });
		await stencils.updateOne(
			{ _id: second?._id ?? "" },
			{ $set: { state: 1, progress: { round: 8, pushed: 3, total: 8 } } },
		);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		for (const held of this.#locks) await held.release();
		for (const awaited of this.#awaited) await (await awaited).release();
		await this.line[Symbol.asyncDispose]();
	}
}
