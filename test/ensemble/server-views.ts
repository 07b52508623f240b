import { join } from "node:path";
import type { Ensemble } from "../support/ensemble.ts";
import type { Ground } from "./clients.ts";
import { linesTo } from "./lines-to.ts";
import { program } from "./python.ts";

/** Compares what the servers show, as long as it lives: nodes that one of them alone has go to the history. */
export class ServerViews implements AsyncDisposable {
	readonly #process: Bun.Subprocess<"ignore", "pipe", Bun.BunFile>;
	readonly #recorded: Promise<void>;

	constructor(ensemble: Ensemble, { python, locks, folder, history }: Ground) {
		const addresses = ensemble.servers.map(({ address }) => address);
		this.#process = Bun.spawn([...program(python, "views.py"), locks.join(","), ...addresses], {
			stdin: "ignore",
			stdout: "pipe",
			stderr: Bun.file(join(folder, "views.log")),
		});
		this.#recorded = linesTo(this.#process.stdout, (line) => history.write(line));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#process.kill("SIGKILL");
		await this.#recorded;
	}
}
