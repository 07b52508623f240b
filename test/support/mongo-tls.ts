import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";

async function openssl(folder: string, ...words: readonly string[]): Promise<void> {
	const child = Bun.spawn(["openssl", ...words], { cwd: folder, stdout: "ignore", stderr: "pipe" });
	const talk = await new Response(child.stderr).text();
	if ((await child.exited) !== 0) throw new Error(`openssl ${words.join(" ")}: ${talk}`);
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];

/** A folder with an authority and certificates by it: `<name>.pem` and `<name>.key`. */
export class Certificates implements AsyncDisposable {
	readonly folder: string;

	private constructor(folder: string) {
		this.folder = folder;
	}

	/** With `ca`, `good` (127.0.0.1), `wrong` (another name), `expired`, `self` (by itself), and `other`, an authority. */
	static async create(): Promise<Certificates> {
		const all = new Certificates(await mkdtemp(join(tmpdir(), "tangles-tls-")));
		for (const name of ["ca", "other"]) await all.#bySelf(name, "-addext", "basicConstraints=critical,CA:TRUE");
		await all.#bySelf("self", "-addext", "subjectAltName=IP:127.0.0.1");
		await all.#signed("good", "IP:127.0.0.1");
		await all.#signed("wrong", "DNS:mongo.example.net");
		await all.#signed("expired", "IP:127.0.0.1", "-1");
		await openssl(
			all.folder,
			"pkey",
			"-in",
			"good.key",
			"-aes256",
			"-passout",
			"pass:opensesame",
			"-out",
			"locked.key",
		);
		await all.#join("both.pem", "good.pem", "good.key");
		await all.#join("locked.pem", "good.pem", "locked.key");
		await all.#revoke("good");
		return all;
	}

	async #bySelf(name: string, ...more: readonly string[]): Promise<void> {
		const files = ["-keyout", `${name}.key`, "-out", `${name}.pem`];
		await openssl(this.folder, "req", "-x509", ...NEW_KEY, "-nodes", ...files, "-subj", `/CN=${name}`, ...more);
	}

	async #signed(name: string, names: string, days = "10"): Promise<void> {
		const request = ["-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`];
		await openssl(this.folder, "req", ...NEW_KEY, "-nodes", ...request);
		await writeFile(join(this.folder, `${name}.ext`), `subjectAltName=${names}`);
		const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", days, "-extfile", `${name}.ext`];
		await openssl(this.folder, "x509", "-req", "-in", `${name}.csr`, "-out", `${name}.pem`, ...by);
	}

	/** `revoked.crl`: a list in which `name` stands. */
	async #revoke(name: string): Promise<void> {
		const config =
			"[ca]\ndefault_ca=d\n[d]\ndatabase=index\ncrlnumber=number\ndefault_md=sha256\ndefault_crl_days=30\n";
		await writeFile(join(this.folder, "ca.cnf"), config);
		await writeFile(join(this.folder, "index"), "");
		await writeFile(join(this.folder, "number"), "01");
		const by = ["ca", "-config", "ca.cnf", "-keyfile", "ca.key", "-cert", "ca.pem"];
		await openssl(this.folder, ...by, "-revoke", `${name}.pem`);
		await openssl(this.folder, ...by, "-gencrl", "-out", "revoked.crl");
	}

	async #join(to: string, ...from: readonly string[]): Promise<void> {
		const parts = await Promise.all(from.map((name) => readFile(join(this.folder, name), "utf8")));
		await writeFile(join(this.folder, to), parts.join(""));
	}

	async read(name: string): Promise<string> {
		return await readFile(join(this.folder, name), "utf8");
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await rm(this.folder, { recursive: true });
	}
}

/** A server that speaks TLS with one of the certificates, before a MongoDB server that does not. */
export class TlsFront implements AsyncDisposable {
	readonly address: string;
	readonly #server: Server;
	readonly #sockets: Set<Socket>;
	/** Handshakes that were begun. */
	attempts = 0;

	private constructor(server: Server, sockets: Set<Socket>, port: number) {
		this.#server = server;
		this.#sockets = sockets;
		this.address = `127.0.0.1:${port}`;
		server.on("connection", () => {
			this.attempts += 1;
		});
	}

	static async start(uri: string, certificates: Certificates, name: string, asksForOurs = false): Promise<TlsFront> {
		const { hostname, port } = new URL(uri);
		const sockets = new Set<Socket>();
		const server = createServer(
			{
				cert: await certificates.read(`${name}.pem`),
				key: await certificates.read(`${name}.key`),
				...(asksForOurs && { requestCert: true, rejectUnauthorized: true, ca: await certificates.read("ca.pem") }),
			},
			(client) => {
				const behind = connect(Number(port), hostname);
				for (const [socket, other] of [
					[client, behind],
					[behind, client],
				] as const) {
					sockets.add(socket);
					socket.on("error", () => other.destroy());
					socket.on("close", () => other.destroy());
				}
				client.pipe(behind).pipe(client);
			},
		);
		// A client that does not trust it goes away in the handshake.
		server.on("tlsClientError", () => {});
		const listening = Promise.withResolvers<void>();
		server.listen(0, "127.0.0.1", () => listening.resolve());
		await listening.promise;
		const address = server.address();
		if (address === null || typeof address === "string") throw new Error("not listening");
		return new TlsFront(server, sockets, address.port);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		for (const socket of this.#sockets) socket.destroy();
		const closed = Promise.withResolvers<void>();
		this.#server.close(() => closed.resolve());
		await closed.promise;
	}
}
