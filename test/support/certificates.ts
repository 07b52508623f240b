import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

async function openssl(folder: string, ...words: string[]): Promise<void> {
	const child = Bun.spawn(["openssl", ...words], { cwd: folder, stdout: "ignore", stderr: "pipe" });
	const [code, err] = await Promise.all([child.exited, new Response(child.stderr).text()]);
	if (code !== 0) throw new Error(`openssl ${words.join(" ")}: ${err}`);
}

/** A certificate to make: whom it names, and for how many days from now it is valid. */
interface Wanted {
	/** As openssl has it: `IP:127.0.0.1,DNS:localhost`. */
	readonly names: string;
	/** Below 0: it ended before today. @default 2 */
	readonly days?: number;
}

export interface KeyPair {
	readonly cert: string;
	readonly key: string;
}

/** An authority of a test's own, in a folder with its certificate `ca.pem` and those that it signs. */
export class Authority implements AsyncDisposable {
	readonly folder: string;

	private constructor(folder: string) {
		this.folder = folder;
	}

	static async create(): Promise<Authority> {
		const authority = new Authority(await mkdtemp(join(tmpdir(), "tangles-ca-")));
		const subject = ["-subj", "/CN=authority of a test", "-days", "2"];
		await openssl(authority.folder, "req", "-x509", ...NEW_KEY, "-keyout", "ca.key", "-out", "ca.pem", ...subject);
		return authority;
	}

	/** Path of the authority's own certificate, or of another file in its folder. */
	path(name = "ca.pem"): string {
		return join(this.folder, name);
	}

	async text(): Promise<string> {
		return await readFile(this.path(), "utf8");
	}

	/** Signs a certificate as `NAME.pem` with its key `NAME.key`. */
	async sign(name: string, { names, days = 2 }: Wanted): Promise<KeyPair> {
		const { folder } = this;
		await writeFile(join(folder, `${name}.ext`), `subjectAltName=${names}\n`);
		await openssl(
			folder,
			...["req", ...NEW_KEY, "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.csr`],
		);
		await openssl(
			folder,
			...["x509", "-req", "-in", `${name}.csr`, "-CA", "ca.pem", "-CAkey", "ca.key"],
			// A file with the next number would be written by several at a time.
			...["-set_serial", `0x${randomBytes(8).toString("hex")}`],
			...["-days", String(days), "-extfile", `${name}.ext`, "-out", `${name}.pem`],
		);
		const [cert, key] = await Promise.all(
			[`${name}.pem`, `${name}.key`].map((file) => readFile(this.path(file), "utf8")),
		);
		return { cert: cert ?? "", key: key ?? "" };
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await rm(this.folder, { recursive: true });
	}
}
