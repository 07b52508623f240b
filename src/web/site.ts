import { type Context, Hono } from "hono";
import type { JSX } from "hono/jsx/jsx-runtime";
import { Fault, isFault, messageOf } from "../base/fault.ts";
import type { Log } from "../base/log.ts";
import { documentOf } from "../line/batches/document.ts";
import { asset, documentFrom, JSON_TYPE, json, plainText } from "./answers.ts";
import { parseBatchPath, parseBatchQuery, parseReportKey, readBatchQuery, type WrongQuery } from "./batch-query.ts";
import type { LocksDocument } from "./documents.ts";
import type { Hub } from "./hub.ts";
import type { Keeping } from "./kept-answer.ts";
import { KeptBatches } from "./kept-batches.ts";
import { liveStream } from "./live.ts";
import type { LocksView, SiteLook, Sourced } from "./look.ts";
import { MadeAnswers } from "./made-answers.ts";
import type { PageContext } from "./pages/context.ts";
import {
	batchesPage,
	batchPage,
	enumerationPage,
	errorPage,
	locksPage,
	overviewPage,
	reportPage,
	wrongFilterPage,
} from "./pages/pages.ts";
import type { BatchSources } from "./sources.ts";
import { faultsIn, statusOf } from "./status-of.ts";
import { textStream } from "./text-stream.ts";

const MOST_EXPORTS = 4;
const MOST_LIVE = 1000;
const STATUS_OF_FAULT = { usage: 400, data: 502, unreachable: 503, refused: 503 } as const;

export interface SiteOptions extends Pick<PageContext, "basePath" | "everyMs" | "timeZone" | "version"> {
	readonly hub: Hub;
	/** Undefined where no database is configured. */
	readonly batches: BatchSources | undefined;
	/** A look in Prometheus' text format. */
	readonly metrics: (look: SiteLook) => Promise<string>;
	readonly keeping: Keeping;
	readonly log: Log;
}

const NOT_FOUND = { status: 404, message: "there is no such page", hint: "the links above lead to all there are" };

/** What is answered under each path, once a request has passed the guard. */
export class Site {
	readonly app = new Hono();
	readonly #options: SiteOptions;
	/** Undefined where no database is configured. */
	readonly #kept: KeptBatches | undefined;
	readonly #made: MadeAnswers;
	#exports = 0;

	constructor(options: SiteOptions) {
		this.#options = options;
		const { hub, keeping, everyMs } = options;
		this.#kept = options.batches && new KeptBatches(options.batches, { hub, keeping, maxAgeMs: everyMs });
		this.#made = new MadeAnswers(keeping.memory);
		this.#addPages();
		this.#addDocuments();
		this.#addEndpoints();
		this.app.notFound((c) => this.refused(c.req.raw, NOT_FOUND));
		this.app.onError((error, c) => this.#failed(error, c));
	}

	get #batches(): KeptBatches {
		if (this.#kept !== undefined) return this.#kept;
		throw new Fault("usage", "no database is configured", { hint: "db-connection-info names it" });
	}

	#context(request: Request): PageContext {
		const { basePath, everyMs, timeZone, version } = this.#options;
		const { pathname, search } = new URL(request.url);
		return { basePath, everyMs, timeZone, version, path: `${pathname}${search}`, now: new Date() };
	}

	/** A page of a document, which many may ask for. */
	async #html<T extends object>(c: Context, of: T, page: (document: T, ctx: PageContext) => JSX.Element) {
		const ctx = this.#context(c.req.raw);
		return await this.#made.answer(ctx.path, of, async () => htmlAnswer(await textOf(page(of, ctx))));
	}

	/** An answer that is made of a look alone. */
	#ofLook(path: string, make: (look: SiteLook) => Response | Promise<Response>): void {
		this.app.get(path, async () => {
			const look = await this.#options.hub.latest();
			return await this.#made.answer(path, look, async () => await make(look));
		});
	}

	/** The form of the list of batches, with what is wrong with it. */
	async #wrongFilter(c: Context, { faults }: WrongQuery): Promise<Response> {
		const events = (await this.#options.hub.latest()).line?.value?.flatMap(({ event }) => event ?? []) ?? [];
		const wrong = { parameters: parametersIn(c), events, faults };
		return htmlAnswer(await textOf(wrongFilterPage(wrong, this.#context(c.req.raw))), 400);
	}

	/** The answer to a request that cannot be answered: a page, or JSON below `/api/`. */
	async refused(
		request: Request,
		{
			status,
			message,
			hint,
		}: { readonly status: number; readonly message: string; readonly hint?: string | undefined },
	): Promise<Response> {
		if (new URL(request.url).pathname.startsWith("/api/")) return json({ error: message, hint }, status);
		return htmlAnswer(await textOf(errorPage({ status, message, hint }, this.#context(request))), status);
	}

	async #failed(error: unknown, c: Context): Promise<Response> {
		if (isFault(error)) {
			const status = STATUS_OF_FAULT[error.kind as keyof typeof STATUS_OF_FAULT] ?? 500;
			return await this.refused(c.req.raw, { status, message: messageOf(error), hint: error.hint });
		}
		this.#options.keeping.unforeseen(error);
		return await this.refused(c.req.raw, {
			status: 500,
			message: "unforeseen: a bug of tangles",
			hint: "its log says more",
		});
	}

	#addPages(): void {
		const { hub } = this.#options;
		const look = (page: (look: SiteLook, ctx: PageContext) => JSX.Element) => async (c: Context) =>
			await this.#html(c, await hub.latest(), page);
		this.app.get("/", look(overviewPage));
		this.app.get("/enumeration", look(enumerationPage));
		this.app.get("/locks", look(locksPage));
		this.app.get("/batches", async (c) => {
			const parameters = parametersIn(c);
			const query = readBatchQuery(parameters);
			if ("faults" in query) return await this.#wrongFilter(c, query);
			const page = await this.#batches.page(query);
			const { fault } = page;
			if (fault?.isReaders !== true) return await this.#html(c, page, batchesPage);
			// Of what is legal as text only the places can mean nothing.
			const name = query.after === undefined ? "before" : "after";
			return await this.#wrongFilter(c, { faults: new Map([[name, new Fault("usage", fault.message, fault)]]) });
		});
		this.app.get("/batches/:id", async (c) => {
			const id = parseBatchPath(c.req.param("id"));
			const view = await this.#batches.batch(id);
			if (!isThere(view)) return await this.refused(c.req.raw, { ...NOT_FOUND, message: `there is no batch ${id}` });
			return await this.#html(c, view, (document, ctx) => batchPage(id, document, ctx));
		});
		this.app.get("/batches/:id/reports/:key", async (c) => {
			const [id, key] = reportIn(c);
			const report = await this.#batches.report(id, key);
			if (!isThere(report)) return await this.refused(c.req.raw, { ...NOT_FOUND, message: noReport(id, key) });
			return await this.#html(c, report, (document, ctx) => reportPage(id, key, document, ctx));
		});
		this.app.get("/assets/:name", (c) => asset(c));
	}

	/** The documents of `--json`. One that cannot be had now is 503. */
	#addDocuments(): void {
		const { app } = this;
		const of = (name: string, document: (look: SiteLook) => Sourced<unknown> | undefined) =>
			this.#ofLook(`/api/${name}`, (look) => documentFrom(document(look), name));
		this.#ofLook("/api/status", (look) => json(statusOf(look)));
		of("enumeration", ({ enumeration }) => enumeration);
		of("doctor", ({ findings }) => findings);
		of("overdue", ({ overdue }) => overdue);
		of("locks", ({ locks }) => locks && { ...locks, value: locks.value && documentOfLocks(locks.value) });
		app.get("/api/batches", (c) => this.#exported(c, "json"));
		app.get("/api/batches.csv", (c) => this.#exported(c, "csv"));
		app.get("/api/batches/:id", async (c) => {
			const id = parseBatchPath(c.req.param("id"));
			const view = await this.#batches.batch(id);
			return await this.#made.answer(c.req.path, view, async () => {
				if (view.value === null) return json({ error: `there is no batch ${id}` }, 404);
				return documentFrom({ ...view, value: view.value && documentOf(view.value.batch) }, "the batch");
			});
		});
		app.get("/api/batches/:id/reports/:key", async (c) => {
			const [id, key] = reportIn(c);
			const report = await this.#batches.report(id, key);
			return await this.#made.answer(c.req.path, report, async () =>
				report.value === null ? json({ error: noReport(id, key) }, 404) : documentFrom(report, "the report"),
			);
		});
	}

	#addEndpoints(): void {
		const { hub, metrics, keeping } = this.#options;
		this.#ofLook("/healthz", (look) => {
			const parts = faultsIn(look).map(({ part }) => part);
			return plainText(parts.length === 0 ? "ok\n" : `ok, but not known now: ${parts.join(", ")}\n`);
		});
		this.#ofLook("/metrics", async (look) =>
			plainText(await metrics(look), "text/plain; version=0.0.4; charset=utf-8"),
		);
		this.app.get("/live", (c) => {
			if (hub.readers >= MOST_LIVE) return this.refused(c.req.raw, tooMany("pages are open"));
			// Of proxies, nginx keeps an answer back until it is asked not to.
			const headers = {
				"Content-Type": "text/event-stream",
				"X-Accel-Buffering": "no",
				"Cache-Control": "no-store, no-transform",
			};
			return new Response(liveStream(hub, keeping.stop), { headers });
		});
	}

	/** The whole filtered list at the reader's pace. */
	async #exported(c: Context, form: "csv" | "json"): Promise<Response> {
		const pieces = this.#batches.sources.exported(parseBatchQuery(parametersIn(c)), form, this.#options.keeping.stop);
		if (this.#exports >= MOST_EXPORTS) return await this.refused(c.req.raw, tooMany("lists are being saved"));
		this.#exports += 1;
		const body = await textStream(pieces, {
			ended: () => {
				this.#exports -= 1;
			},
			failed: (error) =>
				this.#options.log.warn("a list of batches was not sent to its end", { cause: messageOf(error) }),
		});
		const csv = {
			"Content-Type": "text/csv; charset=utf-8",
			"Content-Disposition": 'attachment; filename="batches.csv"',
		};
		return new Response(body, { headers: form === "csv" ? csv : JSON_TYPE });
	}
}

const textOf = async (page: JSX.Element) => `<!DOCTYPE html>${await page}`;

function htmlAnswer(html: string, status = 200): Response {
	return new Response(html, { status, headers: { "Content-Type": "text/html; charset=utf-8" } });
}

const isThere = <T>(source: Sourced<T | null>): source is Sourced<T> => source.value !== null;

function tooMany(what: string) {
	return { status: 503, message: `too many ${what} at a time`, hint: "try again in a moment" };
}

const reportIn = (c: Context) =>
	[parseBatchPath(c.req.param("id") ?? ""), parseReportKey(c.req.param("key") ?? "")] as const;
const noReport = (id: string, key: string) => `${id} has no event with the report ${key}`;
const parametersIn = (c: Context) => new URL(c.req.url).searchParams;

function documentOfLocks({ root, locks, not_readable }: LocksView): LocksDocument {
	return { root, locks, not_readable };
}
