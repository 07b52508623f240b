import { join } from "node:path";
import { textLines } from "./text-lines.ts";

const ROOT = join(import.meta.dir, "../..");

/** A Java process that contends by real Curator: flat is com.netflix.curator 1.3.3, v2 is org.apache.curator 5.9.0. */
export class Curator implements AsyncDisposable {
	readonly #child: Bun.Subprocess<"pipe", "pipe", "inherit">;
	readonly #lines: AsyncIterator<string>;
	/** One command at a time. */
	#last: Promise<unknown> = Promise.resolve();

	private constructor(kind: "flat" | "v2", connect: string, sessionMs: number) {
		const home = join(ROOT, ".local/curator", kind);
		const options = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", `${home}/classes:${home}/lib/*`];
		this.#child = Bun.spawn(["java", ...options, "Contender", connect, String(sessionMs)], {
			stdin: "pipe",
			stdout: "pipe",
			stderr: "inherit",
		});
		this.#lines = linesOf(this.#child.stdout);
	}

	static async start(kind: "flat" | "v2", connect: string, sessionMs = 6000): Promise<Curator> {
		const build = Bun.spawn([join(ROOT, "scripts/curator")], { stdout: "ignore", stderr: "pipe" });
		const talk = await new Response(build.stderr).text();
		if ((await build.exited) !== 0) throw new Error(`scripts/curator: ${talk}`);
		return new Curator(kind, connect, sessionMs);
	}

	async #tell(...words: readonly (string | number)[]): Promise<string> {
		const answer = this.#last.then(async () => {
			await this.#child.stdin.write(`${words.join(" ")}\n`);
			await this.#child.stdin.flush();
			const { value, done } = await this.#lines.next();
			if (done === true || value.startsWith("error")) throw new Error(`${words.join(" ")}: ${value ?? "it ended"}`);
			return value;
		});
		this.#last = answer.then(
			() => {},
			() => {},
		);
		return await answer;
	}

	/** Logs in with `user:password`, by the scheme digest. */
	async login(login: string): Promise<void> {
		await this.#tell("login", login);
	}

	async acquire(path: string, waitMs: number): Promise<boolean> {
		return (await this.#tell("acquire", path, waitMs)) === "yes";
	}

	async release(path: string): Promise<void> {
		await this.#tell("release", path);
	}

	/** Adds one to the number in `file`, `rounds` times, each time under the lock. */
	async count(path: string, file: string, rounds: number): Promise<void> {
		await this.#tell("count", path, file, rounds);
	}

	/** Microseconds of each lock and unlock. */
	async bench(path: string, rounds: number): Promise<number[]> {
		return JSON.parse(await this.#tell("bench", path, rounds));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#child.stdin.end();
		await this.#child.exited;
	}
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
	const complete = textLines();
	for await (const bytes of stream) yield* complete(bytes);
	return undefined;
}
