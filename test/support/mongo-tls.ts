import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TlsOptions } from "node:tls";

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

	/** For a server that shows the certificate `name`, and asks clients for one of this authority where it is to. */
	async serverOptions(name: string, asksForOurs = false): Promise<TlsOptions> {
		const shown = { cert: await this.read(`${name}.pem`), key: await this.read(`${name}.key`) };
		if (!asksForOurs) return shown;
		return { ...shown, requestCert: true, rejectUnauthorized: true, ca: await this.read("ca.pem") };
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await rm(this.folder, { recursive: true });
	}
}
