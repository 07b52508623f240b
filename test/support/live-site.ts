import type { BatchPage } from "../../src/web/batch-list.ts";
import { SECURITY_HEADERS } from "../../src/web/guard.ts";
import type { SiteLook } from "../../src/web/look.ts";
import { ASSETS } from "../../src/web/pages/assets.ts";
import type { PageContext } from "../../src/web/pages/context.ts";
import { batchesPage, batchPage, locksPage } from "../../src/web/pages/pages.ts";
import { batchView, CONTEXT, known } from "./page-documents.ts";

const HTML = { ...SECURITY_HEADERS, "Content-Type": "text/html; charset=utf-8" };
const STREAM = { "Content-Type": "text/event-stream" };

/** The pages and their script on documents that a test changes, with a stream that a test writes to. */
export class LiveSite implements Disposable {
	look: SiteLook;
	list: BatchPage;
	/** While true, the stream is refused as a proxy does whose server is away. */
	refusesStreams = false;
	readonly #server: Bun.Server<undefined>;
	readonly #streams = new Set<ReadableStreamDefaultController<string>>();
	readonly #waiting: (() => void)[] = [];

	constructor(look: SiteLook, list: BatchPage) {
		this.look = look;
		this.list = list;
		this.#server = Bun.serve({
			hostname: "127.0.0.1",
			port: 0,
			idleTimeout: 0,
			fetch: (request) => this.#answer(request),
		});
	}

	get url(): string {
		return this.#server.url.origin;
	}

	/** Streams of pages that are open now. */
	get streams(): number {
		return this.#streams.size;
	}

	/** Resolves once the number of streams has changed. */
	async streamsChanged(): Promise<void> {
		await new Promise<void>((resolve) => this.#waiting.push(resolve));
	}

	/** Says to all pages that there is something new. */
	announce(): void {
		for (const stream of this.#streams) stream.enqueue("event: look\ndata: {}\n\n");
	}

	/** Ends all streams. */
	hangUp(): void {
		for (const stream of this.#streams) stream.close();
		this.#streams.clear();
	}

	#stream(request: Request): Response {
		const changed = () => {
			for (const resolve of this.#waiting.splice(0)) resolve();
		};
		const body = new ReadableStream<string>({
			start: (controller) => {
				this.#streams.add(controller);
				controller.enqueue("retry: 50\n\n");
				request.signal.addEventListener("abort", () => {
					this.#streams.delete(controller);
					changed();
				});
				changed();
			},
		});
		return new Response(body, { headers: STREAM });
	}

	async #answer(request: Request): Promise<Response> {
		const path = new URL(request.url).pathname;
		if (path === "/live") return this.refusesStreams ? new Response("", { status: 502 }) : this.#stream(request);
		const asset = ASSETS[path.replace("/assets/", "")];
		if (asset !== undefined) return new Response(asset.body, { headers: { "Content-Type": asset.type } });
		const ctx: PageContext = { ...CONTEXT, basePath: "", path };
		return new Response(`<!DOCTYPE html>${await this.#page(ctx)}`, { headers: HTML });
	}

	#page(ctx: PageContext) {
		if (ctx.path === "/batches") return batchesPage(known(this.list), ctx);
		if (ctx.path === "/locks") return locksPage(this.look, ctx);
		return batchPage("B400022028241-RT1", known(batchView("y".repeat(1_000_000))), ctx);
	}

	[Symbol.dispose](): void {
		this.#server.stop(true);
	}
}
