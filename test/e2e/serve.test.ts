import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { QueueDocument } from "../../src/enumeration/stencils/documents.ts";
import { appended } from "../../src/line/batches/events.ts";
import type { Held } from "../../src/locks/held.ts";
import { ComponentScene, SAMPLE } from "../support/component-scene.ts";
import { DOCUMENTED } from "../support/documented-json.ts";
import { commonShape, differences } from "../support/json-shape.ts";
import { promtool } from "../support/promtool.ts";
import { RawHttp } from "../support/raw-http.ts";
import { shared } from "../support/servers.ts";
import { Serving } from "../support/serving.ts";
import { polled } from "../support/until.ts";

const COMPONENTS = {
	'Next "b"\\': { past: ["Batch_Sampled"], future: ["Batch_Approved"], event: "Batch_Approved" },
	Sample: SAMPLE,
};
const LOGIN = "ann:correct horse";
const env = { FAKTORY_URL: shared.faktory() };

const longReport = (tool: string) =>
	JSON.stringify({
		tool,
		outcome: "Failure",
		failures: Array(50).fill({ type: "sum", description: `${tool} is bad, badly` }),
	});

let scene: ComponentScene;
let serving: Serving;
let lock: Held;
let ids: string[];

beforeAll(async () => {
	scene = await ComponentScene.create({ components: COMPONENTS });
	await scene.command(["init", "--max-tcn", "5"]).ended();
	await scene.stencils.updateOne({ _id: "config" }, { $set: { current_completed_tcn: 2 } });
	ids = await scene.archived(5);
	const [first = "", second = ""] = ids;
	const failed = { type: "Batch_Sampled", success: false, time: new Date(0), agent: "=cmd", details: "x" };
	await scene.store.store(appended(await scene.batch(first), failed));
	// The first of both is superseded, and too long to stay in the document.
	for (const tool of ["old", "new"]) {
		const details = join(scene.folder, `${tool}.json`);
		await writeFile(details, longReport(tool));
		await scene.command(["batches", "event", first, "Noted", "--failure", "--details", `@${details}`]).ended();
	}
	lock = await scene.locks.take(`/Sample/${second}`);
	serving = await Serving.start({ ...scene.env, ...env }, scene.folder, "--every", "1s", "--overdue", "1s");
});

afterAll(async () => {
	await lock.release();
	const { code, out, err } = await serving.stopped();
	expect({ code, err: err.split("\n").filter((line) => !/ info (pages on|MongoDB)| warn MongoDB/.test(line)) }).toEqual(
		{
			code: 143,
			err: [expect.stringContaining("stopped by SIGTERM"), ""],
		},
	);
	const told = out
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));
	const documented = DOCUMENTED.get("serve");
	if (documented === undefined || !("events" in documented)) throw new Error("serve is not documented");
	expect(differences(commonShape(told), commonShape(documented.events))).toEqual([]);
	await scene[Symbol.asyncDispose]();
});

const own = async (...words: string[]) => (await scene.command(words, env).ended()).out;

test("the documents below /api are those of --json", async () => {
	const json = async (...words: string[]) => JSON.parse(await own(...words, "--json"));
	// Other test files change the counts of the whole job server meanwhile, so of these the names alone are compared.
	const comparable = ({ time: _, queue, ...rest }: { time: string; queue: QueueDocument }) => {
		const { name, enqueued, oldest_seconds, paused } = queue;
		return { ...rest, queue: { name, enqueued, oldest_seconds, paused, names: Object.keys(queue).toSorted() } };
	};
	expect(comparable(await serving.json("/api/status"))).toEqual(comparable(await json("status")));
	expect(await serving.json("/api/locks")).toEqual(await json("locks", "ls"));
	expect(await serving.json("/api/batches")).toEqual(await json("batches", "ls"));
	expect(await serving.json(`/api/batches/${ids[0]}`)).toEqual(await json("batches", "show", ids[0] ?? ""));
	const past = ["--past", "Data_Archived", "--future", "Batch_Sampled", "--older", "1s"];
	const overdue = await json("batches", "overdue", ...past);
	const { overdue: found } = await serving.json("/api/overdue");
	const bare = (items: { id: string; type: string; since: string }[]) =>
		items.map(({ id, type, since }) => ({ id, type, since }));
	expect(bare(found)).toEqual(bare(overdue.overdue));
	expect(found[0]).toMatchObject({ component: "Sample", event: "Batch_Sampled" });
	// Round trips and times differ from run to run; what writes is left out.
	const texts = ({ lines }: { lines: { state: string; text: string }[] }) =>
		lines
			.map(({ state, text }) => `${state} ${text.replaceAll(/\d+\.\d+ ms|\d+ ms/g, "")}`)
			.filter((text) => !/clock|rights:|tokens/.test(text));
	expect(texts(await serving.json("/api/doctor")).sort()).toEqual(texts(await json("doctor")).sort());
});

test("a superseded report is kept beside its batch: linked by the page, shown in full, and the document is that of --json", async () => {
	const [id = ""] = ids;
	const { events } = await scene.batch(id);
	const at = events.findIndex(({ report }) => report !== undefined);
	const address = `/batches/${id}/reports/${events[at]?.report}`;
	expect(await serving.text(`/batches/${id}`)).toContain(`50 failures: <a href="${address}">the report in full</a>`);
	const page = await serving.text(address);
	expect(page.match(/old is bad, badly/g)?.length).toBeGreaterThanOrEqual(50);
	expect(page).not.toContain("new is bad");
	const shown = await Promise.all(
		events.map(async (_, place) => JSON.parse(await own("batches", "show", id, "--report", `${place + 1}`, "--json"))),
	);
	expect(shown).toContainEqual(await serving.json(`/api${address}`));
	expect((await serving.json(`/api${address}`)).details).toBe(longReport("old"));
	for (const [key, status] of [
		["0".repeat(32), 404],
		["x", 400],
		["%3Cscript%3E", 400],
	] as const) {
		for (const place of ["", "/api"]) {
			const response = await serving.get(`${place}/batches/${id}/reports/${key}`);
			expect({ key, status: response.status }).toEqual({ key, status });
			if (place === "") expect(await response.text()).not.toContain("<script>");
		}
	}
	expect((await serving.get(`/api/batches/B1-RT1/reports/${"0".repeat(32)}`)).status).toBe(404);
});

test("the locks page names who waits, and its document is that of `locks ls` all the same", async () => {
	const contender = scene.locks.take(`/Sample/${ids[1]}`);
	// Two looks later at the most.
	await polled("who waits", async () => {
		const named = (await serving.text("/locks")).match(/<bdi>[^<]*<\/bdi> <span class="kind">tangles, for/);
		return named ?? undefined;
	});
	const [found] = (await serving.json("/api/locks")).locks;
	expect(found).toMatchObject({ path: `/Sample/${ids[1]}`, waiting: 1 });
	expect(await serving.json("/api/locks")).toEqual(JSON.parse(await own("locks", "ls", "--json")));
	await lock.release();
	lock = await contender;
});

test("CSV has the rows of the JSON, in the form of `batches ls --csv`; filters and order hold for both", async () => {
	const csv = async (query: string) => (await serving.text(`/api/batches.csv${query}`)).trim().split("\r\n");
	expect(await csv("")).toEqual((await own("batches", "ls", "--csv")).trim().split("\r\n"));
	for (const query of [
		"?event=Batch_Sampled&outcome=failed",
		"?sort=-id",
		"?text=400000000003",
		"?type=Other",
		"?event=Batch_Sampled&outcome=never&sort=-first",
	]) {
		const { batches } = await serving.json(`/api/batches${query}`);
		const [, ...rows] = await csv(query);
		expect(rows.map((row) => row.split(",")[0])).toEqual(batches.map(({ id }: { id: string }) => id));
	}
	const found = async (query: string) =>
		(await serving.json(`/api/batches${query}`)).batches.map(({ id }: { id: string }) => id);
	expect(await found("?event=Batch_Sampled&outcome=failed")).toEqual(ids.slice(0, 1));
	expect(await found("?sort=-id")).toEqual(ids.toReversed());
	expect(await found("?text=400000000003")).toEqual([ids[2]]);
	expect(await found("?older=1m")).toEqual(ids);
	expect(await found("?younger=1m")).toEqual([]);
});

test("every page is there, escaped, with the headers; a page that is not there, a wrong parameter and a wrong id are told", async () => {
	for (const path of ["/", "/enumeration", "/batches", `/batches/${ids[0]}`, "/locks"]) {
		const response = await serving.get(path);
		expect({ path, status: response.status }).toEqual({ path, status: 200 });
		expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
		expect(response.headers.get("content-security-policy")).not.toContain("unsafe");
		expect(response.headers.get("x-content-type-options")).toBe("nosniff");
		expect(await response.text()).toStartWith("<!DOCTYPE html><html");
	}
	const wrong = [
		["/nothing", 404, "there is no such page"],
		["/batches?sort=up", 400, "sort is &quot;up&quot;"],
		["/api/batches?after=x", 400, "the place in the list is not one"],
		["/batches?after=x", 400, "the place in the list is not one"],
		["/batches?before=eyJhIjoxfQ&sort=type", 400, "the place in the list is not one"],
		["/batches/%3Cscript%3E", 400, "the batch is &quot;&lt;script&gt;&quot;"],
		["/batches/B1-RT1", 404, "there is no batch B1-RT1"],
		["/api/batches/B1-RT1", 404, "there is no batch B1-RT1"],
	] as const;
	for (const [path, status, text] of wrong) {
		const response = await serving.get(path);
		expect({ path, status: response.status }).toEqual({ path, status });
		expect(await response.text()).toContain(text);
	}
});

test("what has failed at a component leads to the list of exactly those", async () => {
	const links = [...(await serving.text("/")).matchAll(/href="(\/batches\?[^"]*)"/g)].map(([, to = ""]) => to);
	expect(links).toHaveLength(2);
	for (const link of links) {
		const list = await serving.json(`/api${link.replaceAll("&amp;", "&")}`);
		expect(list.batches.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 1));
	}
});

test("a filter that cannot be used: the form as it was filled in, escaped, with each fault beside its field", async () => {
	const asked =
		"?text=B4&type=%22%3E%3Cb%3E%E2%80%AE,a%20&event=Batch_Sampled&outcome=failed&older=abc&sort=-id&limit=0";
	const response = await serving.get(`/batches${asked}`);
	expect(response.status).toBe(400);
	const html = await response.text();
	const field = (name: string) => new RegExp(`<(?:input|select) id="${name}"[^>]*>`).exec(html)?.[0];
	expect(field("text")).toContain('value="B4"');
	expect(field("text")).not.toContain("aria-invalid");
	expect(field("older")).toContain('value="abc"');
	expect(field("older")).toContain('aria-invalid="true" aria-describedby="older-fault"');
	expect(html).toMatch(/id="older-fault">.*?expected an age such as 20d, 5h or 30m<\/p>/);
	expect(html).toMatch(/id="type-fault">.*?expected names of types<\/p>/);
	expect(html).toContain("limit is &quot;0&quot;</bdi>: expected a number from 1 to 500");
	expect(html).not.toContain("<b>");
	// It is sent as it stands, but for what is corrected: what was wrong and has no field is left out.
	const sent = new URLSearchParams(
		[...html.matchAll(/<input [^>]*name="(\w+)" value="([^"]*)"/g)].map(
			([, name = "", value = ""]): [string, string] => [name, value],
		),
	);
	expect(html).toContain('<option value="Batch_Approved">Batch_Approved</option>');
	expect([sent.get("sort"), sent.get("limit"), sent.get("type")]).toEqual([
		"-id",
		null,
		"&quot;&gt;&lt;b&gt;\\u{202e},a ",
	]);
	const chosen = [...html.matchAll(/<option value="([^"]*)" selected/g)].map(([, value]) => value);
	expect(chosen).toEqual(["Batch_Sampled", "failed"]);
	expect(await (await serving.get(`/api/batches${asked}`)).json()).toMatchObject({ hint: "expected names of types" });
});

test("a change is sent to those who look, and to be seen on the page", async () => {
	const stop = new AbortController();
	const stream = await fetch(`${serving.url}/live`, { signal: stop.signal });
	expect(stream.headers.get("content-type")).toBe("text/event-stream");
	const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
	const event = async () => new TextDecoder().decode((await reader.read()).value);
	expect(await event()).toStartWith("retry: ");
	expect(await event()).toContain("event: look\n");
	const taken = await scene.locks.take("/somebody");
	expect(await event()).toContain("event: look\n");
	expect(await serving.text("/locks")).toContain("/somebody");
	stop.abort();
	await taken.release();
});

test("/metrics is read by Prometheus' own reader, names of components as they are", async () => {
	const text = await serving.text("/metrics");
	expect(await promtool(["check", "metrics"], text)).toEqual({ said: "", code: 0 });
	expect(text).toContain('tangles_station_ready_batches{component="Sample"} 4\n');
	expect(text).toContain('tangles_station_failed_batches{component="Sample"} 1\n');
	expect(text).toContain('tangles_station_working_batches{component="Sample"} 1\n');
	expect(text).toMatch(/\ntangles_queue_oldest_seconds 0\n/);
	expect(text).toMatch(/\ntangles_queue_workers \d+\n/);
	expect(text).toContain('component="Next \\"b\\"\\\\"');
	expect(text).toContain('tangles_up{part="locks"} 1\n');
	expect(text).toContain("# TYPE tangles_queue_processed_total counter\n");
	expect(await serving.text("/healthz")).toBe("ok\n");
});

test("the sample alerts are rules that Prometheus takes", async () => {
	const { said, code } = await promtool(["check", "rules", join(import.meta.dir, "../../docs/alerts.yaml")]);
	expect({ said, code }).toEqual({ said: expect.stringMatching(/SUCCESS: \d+ rules found/), code: 0 });
});

/** Where a page leads and what it loads. */
const links = (html: string) => [...html.matchAll(/ (?:href|src|action)="([^"]*)"/g)].map(([, link = ""]) => link);

test("behind a proxy: links have the base path, whether the proxy takes it away or not; other names are refused", async () => {
	await using proxied = await Serving.start(
		{ ...scene.env, ...env },
		scene.folder,
		"--base-path",
		"/t",
		"--host",
		"lib.example",
	);
	const headers = { host: "lib.example" };
	for (const path of ["/locks", "/"]) {
		const whole = await (await proxied.get(path, headers)).text();
		expect(links(whole)).toContain("/t/batches");
		expect(links(whole).filter((link) => !/^(?:\/t\/|#|\?)/.test(link))).toEqual([]);
		const stripped = await fetch(`${new URL(proxied.url).origin}${path}`, { headers });
		expect(links(await stripped.text())).toEqual(links(whole));
	}
	expect((await proxied.get("/", { host: "evil.example" })).status).toBe(421);
	expect((await serving.get("/", { host: "lib.example" })).status).toBe(421);
});

test("with a password file the pages want the login, /healthz does not; the log never has it", async () => {
	await writeFile(join(scene.folder, "login"), `${LOGIN}\n`, { mode: 0o600 });
	await using closed = await Serving.start({ ...scene.env, ...env }, scene.folder, "--password-file", "login");
	const basic = (text: string) => ({ authorization: `Basic ${btoa(text)}` });
	for (const path of ["/", "/metrics", "/api/status", "/live", "/assets/style.css"]) {
		const response = await closed.get(path);
		expect([path, response.status, response.headers.get("www-authenticate")]).toEqual([
			path,
			401,
			expect.stringContaining("Basic realm="),
		]);
		expect((await closed.get(path, basic("ann:wrong horse"))).status).toBe(401);
	}
	expect((await closed.get("/healthz")).status).toBe(200);
	expect((await closed.get("/", basic(LOGIN))).status).toBe(200);
	const { out, err } = await closed.stopped();
	expect(out + err).not.toContain("horse");
});

test.each([
	[["--listen", "0.0.0.0:0"], 64, "--listen 0.0.0.0:0 is reached by other hosts", "give --password-file FILE"],
	[["--listen", "nowhere"], 64, '--listen is "nowhere"', "write HOST:PORT"],
	[["--every", "500ms"], 64, "--every is too short", "give 1s or more"],
	[["--password-file", "open"], 64, "its mode is 644", "chmod 600 open"],
	[["--password-file", "none"], 64, "the file does not exist", "expected one line, user:password"],
] as const)("%j is refused before anything is opened", async (flags, code, message, hint) => {
	await writeFile(join(scene.folder, "open"), LOGIN, { mode: 0o644 });
	const ended = await scene.command(["serve", ...flags], env).ended();
	expect({ code: ended.code, said: ended.err }).toEqual({ code, said: expect.stringContaining(message) });
	expect(ended.err).toContain(hint);
});

test("an address that is taken is refused with what to do", async () => {
	const { code, err } = await scene.command(["serve", "--listen", `127.0.0.1:${serving.port}`], env).ended();
	expect({ code, err }).toEqual({
		code: 64,
		err: expect.stringContaining(`cannot listen on 127.0.0.1:${serving.port}`),
	});
	expect(err).toContain("give a free one by --listen");
});

/** What the database is asked while `read` goes on, over three looks; the driver's own questions left out. */
async function askedWhile(read: () => Promise<unknown>): Promise<number> {
	const own = () => scene.mongoProxy.commands.filter((command) => !/hello|ping|isMaster/i.test(command)).length;
	const before = own();
	const until = performance.now() + 3000;
	while (performance.now() < until) await read();
	return own() - before;
}

test("200 open pages ask the servers what one asks; where nobody reads, they are asked nothing", async () => {
	const pages = async (count: number) => {
		const open = Array.from({ length: count }, (_, at) =>
			serving.text(["/", "/locks", "/batches", "/metrics"][at % 4] ?? "/"),
		);
		await Promise.all(open);
		await Bun.sleep(100);
	};
	await using open = new AsyncDisposableStack();
	for (let reader = 0; reader < 200; reader += 1) {
		const raw = open.use(await RawHttp.open(serving.port));
		raw.socket.write("GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n");
		expect(await raw.head()).toStartWith("HTTP/1.1 200 ");
	}
	const one = await askedWhile(() => pages(4));
	const many = await askedWhile(() => pages(200));
	await open.disposeAsync();
	// Both are some three or four looks.
	expect(one).toBeGreaterThan(0);
	expect(many).toBeLessThanOrEqual(one * 1.6);
	await polled("the last look has ended", async () =>
		(await askedWhile(() => Bun.sleep(500))) === 0 ? true : undefined,
	);
}, 60_000);
