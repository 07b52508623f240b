import { createHash } from "node:crypto";
import type { Context } from "hono";
import type { Sourced } from "./look.ts";
import { ASSETS } from "./pages/assets.ts";

export const JSON_TYPE = { "Content-Type": "application/json; charset=utf-8" };

/** A document as it is asked for below `/api/`. */
export function json(value: unknown, status = 200): Response {
	return new Response(`${JSON.stringify(value, null, 2)}\n`, { status, headers: JSON_TYPE });
}

export function plainText(body: string, type = "text/plain; charset=utf-8"): Response {
	return new Response(body, { headers: { "Content-Type": type } });
}

/** The document of a source that answers now. */
export function documentFrom(source: Sourced<unknown> | undefined, name: string): Response {
	if (source === undefined) return json({ error: `no server is configured for ${name}` }, 404);
	if (source.fault !== undefined) return json({ error: source.fault.message, hint: source.fault.hint }, 503);
	if (source.value === undefined)
		return json({ error: `${name} is not known yet`, hint: "try again in a moment" }, 503);
	return json(source.value);
}

/** A file below `/assets/`, which a browser asks for again by its tag. */
export function asset(c: Context): Response | Promise<Response> {
	const name = c.req.param("name") ?? "";
	const found = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
	if (found === undefined) return c.notFound();
	const tag = `"${createHash("sha256").update(found.body).digest("hex").slice(0, 16)}"`;
	const headers = { "Content-Type": found.type, "Cache-Control": "no-cache", ETag: tag };
	if (c.req.header("if-none-match") === tag) return new Response(null, { status: 304, headers });
	return new Response(found.body, { headers });
}
