import { Fault, messageOf } from "../base/fault.ts";
import type { MemoryKeeper } from "../base/garbage.ts";
import { noteOpen } from "../base/open.ts";
import { type GuardOptions, refusalOf, SECURITY_HEADERS } from "./guard.ts";
import type { Site } from "./site.ts";

/** A connection on which nothing comes or goes for so long is closed, s. */
const IDLE_S = 10;
/** The same while an answer is made, which a slow server may hold up, or sent as events, one every 15 s or so. */
const ANSWER_IDLE_S = 60;
/** Requests that are answered at a time. */
const MOST_AT_ONCE = 256;
/** Garbage of so many answers is worth a collection. */
const ANSWERS_COLLECTED = 20;
/** Nothing that is asked here has a body. */
const LONGEST_BODY = 1024;

export interface Listening {
	readonly hostname: string;
	/** 0 for any that is free. */
	readonly port: number;
	readonly basePath: string;
	readonly guard: GuardOptions;
	readonly unforeseen: (error: unknown) => void;
	readonly memory: Pick<MemoryKeeper, "look">;
}

/** The server as it listens. */
export interface WebServer extends AsyncDisposable {
	/** `http://127.0.0.1:7430/` with the base path. */
	readonly url: string;
}

function withHeaders(response: Response): Response {
	for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
		if (name !== "Cache-Control" || !response.headers.has(name)) response.headers.set(name, value);
	}
	return response;
}

/**
 * The request under an address that can be read whatever its Host header says, without the base path: a proxy may have
 * taken that away or not.
 */
function readable(asked: Request, basePath: string): Request {
	const path = asked.url.replace(/^https?:\/\/[^/?#]*/i, "");
	const url = new URL(`http://localhost${path.startsWith("/") ? "" : "/"}${path}`);
	if (basePath !== "" && (url.pathname === basePath || url.pathname.startsWith(`${basePath}/`))) {
		url.pathname = url.pathname.slice(basePath.length) || "/";
	}
	// Of other methods, which are refused, none can be given to a request.
	return new Request(url.href, { method: asked.method === "HEAD" ? "HEAD" : "GET", headers: asked.headers });
}

/** Listens. Throws a Fault "usage" where the address cannot be listened on. */
export function listen(site: Site, { hostname, port, basePath, guard, unforeseen, memory }: Listening): WebServer {
	let atOnce = 0;
	let answered = 0;
	const answer = async (asked: Request): Promise<Response> => {
		const request = readable(asked, basePath);
		const { url, headers } = request;
		const refusal = refusalOf({ method: asked.method, url, headers }, guard);
		if (refusal !== undefined) {
			const response = await site.refused(request, refusal);
			for (const [name, value] of Object.entries(refusal.headers ?? {})) response.headers.set(name, value);
			return response;
		}
		return await site.app.fetch(request);
	};
	const start = () =>
		Bun.serve({
			...{ hostname, port, idleTimeout: IDLE_S, maxRequestBodySize: LONGEST_BODY, development: false },
			// Else a second `serve` on the same address would be given some of the connections of this one.
			reusePort: false,
			fetch: async (request, server) => {
				if (atOnce >= MOST_AT_ONCE) {
					return withHeaders(new Response("busy\n", { status: 503, headers: { "Retry-After": "1" } }));
				}
				atOnce += 1;
				server.timeout(request, ANSWER_IDLE_S);
				try {
					return withHeaders(await answer(request));
				} finally {
					atOnce -= 1;
					answered += 1;
					if (answered % ANSWERS_COLLECTED === 0) memory.look();
				}
			},
			error: (error) => {
				unforeseen(error);
				return withHeaders(new Response("unforeseen: a bug of tangles\n", { status: 500 }));
			},
		});
	let server: ReturnType<typeof start>;
	try {
		server = start();
	} catch (error) {
		const hint = "is it another program's, or another `tangles serve`? give a free one by --listen";
		throw new Fault("usage", `cannot listen on ${hostname}:${port}: ${messageOf(error)}`, { hint });
	}
	const closed = noteOpen(`pages on ${server.url.host}`);
	return {
		url: `${server.url.origin}${basePath}/`,
		[Symbol.asyncDispose]: async () => {
			await server.stop(true);
			closed();
		},
	};
}
