import { afterAll, beforeAll, expect, test } from "bun:test";
import { ComponentScene } from "../support/component-scene.ts";
import { Random } from "../support/random.ts";
import { RawHttp, statusFor } from "../support/raw-http.ts";
import { Serving } from "../support/serving.ts";
import { polled } from "../support/until.ts";

let scene: ComponentScene;
let serving: Serving;

beforeAll(async () => {
	scene = await ComponentScene.create();
	await scene.archived(20);
	serving = await Serving.start(scene.env, scene.folder);
});

afterAll(async () => {
	const { code, err } = await serving.stopped();
	expect({ code, bugs: err.split("\n").filter((line) => line.includes("unforeseen")) }).toEqual({
		code: 143,
		bugs: [],
	});
	await scene[Symbol.asyncDispose]();
});

const LONG = "a".repeat(1_000_000);
const get = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
const hostIs = (host: string) => `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

/** What is sent, and the status of the answer; 0 where the connection is closed without one. */
const HOSTILE: readonly (readonly [name: string, bytes: string, status: readonly number[]])[] = [
	["a method that changes", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc", [405]],
	["a body", get("/", "Content-Length: 5\r\n").concat("abcde"), [200]],
	["a method of nobody", "BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n", [0, 400, 405]],
	["CONNECT", "CONNECT a:1 HTTP/1.1\r\nHost: localhost\r\n\r\n", [400, 405]],
	["TRACE", "TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n", [405]],
	["another site's name", hostIs("evil.example"), [421]],
	["no Host", "GET / HTTP/1.1\r\n\r\n", [400]],
	["HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", [400]],
	["two Hosts", "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", [400]],
	...["a b", "evil@localhost", "localhost#evil", "", "<script>", "[::1", "localhost:x"].map(
		(host) => [`the Host ${JSON.stringify(host)}`, hostIs(host), [400, 421]] as const,
	),
	["bytes in Host", hostIs("local\xffhost"), [400, 421]],
	["no path", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", [400, 405]],
	["a NUL", get("/\0"), [400, 505]],
	["a path out of the folder", get("/assets/../../../etc/passwd"), [404]],
	["the same, encoded", get("/assets/%2e%2e%2f%2e%2e%2fetc%2fpasswd"), [404]],
	["what is no UTF-8", get("/batches/%ff%zz"), [400]],
	["half an escape", get("/batches/%E0%A4%A"), [400]],
	["a name that every object has", get("/assets/__proto__"), [404]],
	["a path that begins as a host", get("//evil.example/"), [404]],
	["a long URL", get(`/${"a".repeat(5000)}`), [414]],
	["a URL of 1 MB", get(`/${LONG}`), [0, 414, 431]],
	["a header of 1 MB", get("/", `X: ${LONG}\r\n`), [0, 431]],
	["5,000 headers", get("/", Array.from({ length: 5000 }, (_, at) => `X${at}: y\r\n`).join("")), [431]],
	["a TLS greeting", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", [0, 400]],
	["two lengths of a body", get("/", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n").concat("0\r\n\r\n"), [400]],
	["a range", get("/api/batches", "Range: bytes=0-999999999\r\n"), [200]],
	["an upgrade", get("/live", "Upgrade: websocket\r\nConnection: Upgrade\r\n"), [200]],
	["HEAD of what never ends", "HEAD /live HTTP/1.1\r\nHost: localhost\r\n\r\n", [200]],
	["a login of nothing", get("/", "Authorization: Basic ====\r\n"), [200]],
	["parameters by the thousand", get(`/batches?${"type=a&".repeat(500)}`), [400]],
	["a place that was never given", get("/batches?after=eyJhIjoxfQ"), [400]],
];

test.each(HOSTILE.map(([name, bytes, status]) => [name, { bytes, status }] as const))(
	"%s",
	async (_, { bytes, status }) => {
		const answered = await statusFor(serving.port, Buffer.from(bytes, "latin1"));
		expect(status).toContain(answered);
		expect((await serving.get("/healthz")).status).toBe(200);
	},
);

const WORDS = [
	"GET",
	"POST",
	" /",
	"/batches?",
	"HTTP/1.1",
	"Host:",
	"localhost",
	"\r\n",
	"\r\n\r\n",
	"\0",
	"%",
	"é",
	"&",
	"type=",
	"Content-Length: 9",
];

test("10,000 requests of garbage: nothing crashes, nothing stays, others are served meanwhile", async () => {
	const random = new Random(7);
	const pick = <T>(some: readonly T[]) => some[random.below(some.length)] as T;
	const garbage = () => {
		const words = Array.from({ length: 1 + random.below(12) }, () => pick(WORDS)).join(pick(["", " "]));
		return random.next() < 0.5 ? words : `${get(`/${words.replaceAll(/[\r\n]/g, "")}`)}`;
	};
	const one = async () => {
		await using raw = await RawHttp.open(serving.port);
		raw.socket.write(Buffer.from(garbage(), "latin1"));
		// Half requests are left as they are; the others are answered before the end.
		raw.socket.end();
		await raw.closed();
	};
	const thousand = async () => {
		for (let round = 0; round < 20; round += 1) await Promise.all(Array.from({ length: 50 }, one));
	};
	await thousand();
	const [memory, files] = [await serving.memory(), await serving.openFiles()];
	for (let thousands = 1; thousands < 10; thousands += 1) {
		await thousand();
		expect((await serving.get("/")).status).toBe(200);
	}
	expect(await serving.openFiles()).toBeLessThanOrEqual(files + 5);
	expect(await serving.memory()).toBeLessThan(memory + 40e6);
}, 60_000);

test("half requests and readers that take nothing are cut off in the end, and hold up nobody before", async () => {
	const files = await serving.openFiles();
	await using open = new AsyncDisposableStack();
	const half = await Promise.all(Array.from({ length: 200 }, () => RawHttp.open(serving.port)));
	for (const raw of half) open.use(raw).socket.write("GET / HTTP/1.1\r\nHost: loc");
	const lazy = await Promise.all(Array.from({ length: 50 }, () => RawHttp.open(serving.port)));
	// A list is asked for a thousand times, and none of it is read.
	for (const raw of lazy) {
		open.use(raw).socket.pause();
		raw.socket.write(get("/api/doctor").repeat(1000));
	}
	const order: string[] = [];
	const cut = Promise.all(half.map((raw) => raw.closed())).then(() => order.push("cut off"));
	for (const path of ["/", "/locks", "/batches", "/metrics"]) expect((await serving.get(path)).status).toBe(200);
	order.push("others are served");
	await cut;
	expect(order).toEqual(["others are served", "cut off"]);
	expect(await serving.memory()).toBeLessThan(250e6);
	await open.disposeAsync();
	await polled("the files of the connections are closed", async () =>
		(await serving.openFiles()) > files + 5 ? undefined : true,
	);
}, 60_000);
