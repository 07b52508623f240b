import type { Variables } from "./servers.ts";
import { type Ended, Run } from "./tangles.ts";

/** `tangles serve`, on a port that was free where no flag says another. */
export class Serving implements AsyncDisposable {
	readonly run: Run;
	/** Without a slash at its end. */
	readonly url: string;

	private constructor(run: Run, url: string) {
		this.run = run;
		this.url = url;
	}

	static async start(env: Variables, folder: string, ...flags: readonly string[]): Promise<Serving> {
		const listen = flags.includes("--listen") ? [] : ["--listen", "127.0.0.1:0"];
		await using begun = new AsyncDisposableStack();
		const run = begun.use(new Run(["serve", ...listen, "--json", ...flags], env, folder));
		const { url } = JSON.parse(await run.line('"listening"'));
		begun.move();
		return new Serving(run, url.replace(/\/$/, ""));
	}

	get port(): number {
		return Number(new URL(this.url).port);
	}

	async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
		return await fetch(`${this.url}${path}`, { headers, redirect: "manual" });
	}

	async text(path: string): Promise<string> {
		return await (await this.get(path)).text();
	}

	// biome-ignore lint/suspicious/noExplicitAny: what is asked for is compared as a whole
	async json(path: string): Promise<any> {
		return await (await this.get(path)).json();
	}

	/** Resident memory of the process, bytes. */
	async memory(): Promise<number> {
		const status = await Bun.file(`/proc/${this.run.pid}/status`).text();
		return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
	}

	/** Files and sockets that the process has open. */
	async openFiles(): Promise<number> {
		const { readdir } = await import("node:fs/promises");
		return (await readdir(`/proc/${this.run.pid}/fd`)).length;
	}

	async stopped(): Promise<Ended> {
		this.run.kill("SIGTERM");
		return await this.run.ended();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.run[Symbol.asyncDispose]();
	}
}
