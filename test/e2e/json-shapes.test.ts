import { expect, test } from "bun:test";
import { appended } from "../../src/batches/events.ts";
import { ComponentScene } from "../support/component-scene.ts";
import { shared } from "../support/servers.ts";
import { type Shape, shapeOf } from "../support/shape.ts";

/** What every tangles node of a lock says. */
const NODE: Shape = {
	...{ node: "string", layer: "string", kind: "string", holder: "string", since: "string", token: "string" },
	...{ session: "string" },
	made_by: {
		...{ host: "string", pid: "number", user: "string", command: "string", started: "string" },
		...{ version: "string", layout: "string", run: "string" },
	},
};
const EVENT: Shape = { type: "string", success: "boolean", time: "string", agent: "string", details: "string" };
const BATCH: Shape = {
	...{ _id: "string", batch_id: "string", round_trip: "number", type: "string", created: "string", modified: "string" },
	...{ events: [EVENT], succeeded: ["string"], seen: ["string"], current: ["string"] },
	...{ claim: "number", takers: [], version: "number" },
};

/** The documents that `--json` gives, by command line: what scripts may rely on. */
const DOCUMENTS: Readonly<Record<string, Shape>> = {
	"init --dry-run": {
		dry_run: "boolean",
		parts: [{ what: "string", collection: "string", present: "number", added: "number" }],
		...{ current_completed_tcn: "number", max_tcn: "number" },
	},
	"produce --dry-run": [
		{
			...{ stencil: "string", tcn: "number", rootstock_tcn: "number", scion_tcn: "number" },
			...{ rootstock_pages: "number", scion_pages: "number", jobs: "number", pushed_before: "number" },
		},
	],
	"component Sample --dry-run -- true": {
		...{ component: "string", room: "number" },
		...{ batches: [{ batch: "string", would: "string", why: "string" }], left_out: "number", locked: "string" },
	},
	"locks ls": { root: "string", locks: [{ path: "string", holders: [NODE], waiting: "number" }] },
	"locks show /x": { path: "string", nodes: [{ ...NODE, place: "number", age_s: "number" }] },
	"locks wait /free": { path: "string", free: "boolean", waited_ms: "number" },
	"locks prune --dry-run": { root: "string", dry_run: "boolean", removed: ["string"] },
	"batches ls": {
		batches: [
			{
				...{ id: "string", type: "string", created: "string", modified: "string" },
				last_event: { type: "string", success: "boolean", time: "string" },
			},
		],
	},
	"batches show B400000000001-RT1": BATCH,
	"batches add B9-RT1 --type x --dry-run": { dry_run: "boolean", id: "string", type: "string", created: "string" },
	"batches add --stdin --dry-run": { dry_run: "boolean", added: "number", present: "number", faulty: "number" },
	"batches touch B400000000001-RT1 --dry-run": { id: "string", dry_run: "boolean", was: "string", modified: "string" },
	"batches event B400000000001-RT1 X --success --dry-run": {
		...{ id: "string", dry_run: "boolean", prepend: "boolean", counts: "boolean" },
		event: EVENT,
	},
	"batches restart B400000000001-RT1 --from Data_Received --dry-run": {
		...{ id: "string", dry_run: "boolean" },
		removed: [EVENT],
	},
	"batches rm-event B400000000001-RT1 Data_Received --dry-run": {
		...{ id: "string", dry_run: "boolean" },
		removed: [EVENT],
	},
	"recover --dry-run": {
		...{ collection: "string", dry_run: "boolean", current_completed_tcn: "number", max_tcn: "number" },
		...{ stencils: "number", findings: [], jobs: "number" },
	},
	"verify --tcn 3": {
		...{ collection: "string", complete: "boolean", tcn: "number", computed: "number", stored: "number" },
		...{ missing: "number", extra: "number", wrong: "number" },
		findings: [
			{
				kind: "string",
				computed: { notation: "string", TCN: "number", is_good: "boolean", positivity: "string" },
			},
		],
		...{ left_out: "number", seconds: "number", peak_mb: "number" },
	},
	status: {
		time: "string",
		enumeration: {
			...{ completed_tcn: "number", max_tcn: "number" },
			tcns: [{ tcn: "number", new: "number", started: "number", no_headroom: "number", complete: "number" }],
			in_work: [],
		},
		queue: {
			...{ name: "string", enqueued: "number", scheduled: "number", retries: "number", working: "number" },
			...{ dead: "number", processed: "number", failed: "number" },
		},
		locks: {
			...{ tangles: "number", curator_flat: "number", curator_v2: "number", foreign: "number" },
			...{ leftover: "number", free: "number", waiting: "number" },
		},
		line: [{ component: "string", ready: "number", working: "number", failed: "number" }],
		errors: [],
	},
	doctor: {
		...{ failed: "number", warned: "number" },
		lines: [{ part: "string", state: "string", text: "string", "mend?": "string" }],
	},
};

/** Where that is not 0. */
const CODES: Readonly<Record<string, number>> = {
	// Nothing of it is there.
	"verify --tcn 3": 1,
};

test("--json gives one document of a shape that is kept", async () => {
	await using scene = await ComponentScene.create();
	const env = { FAKTORY_URL: shared.faktory() };
	await scene.command(["init", "--max-tcn", "5"]).ended();
	await scene.stencils.updateOne({ _id: "config" }, { $set: { current_completed_tcn: 2 } });
	const [id = ""] = await scene.archived(1);
	const event = { type: "Data_Received", success: true, time: new Date(), agent: "test", details: "" };
	await scene.store.store(appended(await scene.batch(id), event));
	const lock = await scene.locks.take("/x");
	await (await scene.locks.session()).makeDirectories("/old/leases");
	for (const [line, shape] of Object.entries(DOCUMENTS)) {
		const [own = "", child] = line.split(" -- ");
		const words = [...own.split(" "), "--json", ...(child === undefined ? [] : ["--", child])];
		if (own === "locks ls") words.splice(2, 0, "/x");
		const { code, out } = await scene.command(words, env).ended();
		expect({ line, code, shape: shapeOf(JSON.parse(out)) }).toEqual({ line, code: CODES[line] ?? 0, shape });
	}
	await lock.release();
});

/** The events that a run gives, a line each. */
test("--json gives events of a shape that is kept, one a line, each with its time", async () => {
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(1);
	const { out } = await scene.run("exit 3", "--json");
	const events = out
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));
	expect(events.map(shapeOf)).toEqual([
		{ time: "string", event: "string", component: "string", procedure: "number" },
		{ time: "string", event: "string", batch: "string", claim: "number", token: "string" },
		{ time: "string", event: "string", batch: "string" },
		{
			...{ time: "string", event: "string", batch: "string", outcome: "string", failures: "number" },
			...{ reason: "string", duration_ms: "number", recorded: "boolean" },
		},
		{
			time: "string",
			event: "string",
			component: "string",
			succeeded: "number",
			failed: "number",
			abandoned: "number",
		},
	]);
	expect(events.map(({ event }) => event)).toEqual(["looking", "taken", "started", "worked", "stopped"]);
	expect(events[3].batch).toBe(id);
});
