import { isIP } from "node:net";
import type { PageLogin } from "./login.ts";

/** Longest path with query. */
const LONGEST_URL = 4096;

export interface GuardOptions {
	/** Names under which readers may ask, beside addresses of digits and `localhost`. Lower case. */
	readonly hosts: readonly string[];
	/** Undefined where nobody need log in. */
	readonly login: PageLogin | undefined;
}

/** What of a request is looked at; its address without the base path. */
export type AskedRequest = Pick<Request, "method" | "url"> & { readonly headers: Pick<Headers, "get"> };

/** Why a request is not answered. */
export interface Refusal {
	readonly status: 400 | 401 | 405 | 414 | 421;
	readonly message: string;
	readonly hint: string;
	readonly headers?: Readonly<Record<string, string>>;
}

/** The host name of a Host header, without its port; undefined where it is malformed. RFC 9110, 7.2 */
export function hostOf(header: string): string | undefined {
	const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]/@?#\\]+))(?::\d{1,5})?$/i.exec(header) ?? [];
	if (bracketed !== undefined) return isIP(bracketed) === 6 ? bracketed : undefined;
	return plain?.toLowerCase();
}

/**
 * True where the name is ours. A page of another site can make its own name lead here (DNS rebinding), and its script would
 * then read what we answer: only names that we know are answered, and addresses, which no name leads to.
 */
function isOurs(host: string, hosts: readonly string[]): boolean {
	return isIP(host) !== 0 || host === "localhost" || host.endsWith(".localhost") || hosts.includes(host);
}

/** What no request may do; undefined where it may be answered. Only GET and HEAD, so that nothing can be changed. */
export function refusalOf(request: AskedRequest, { hosts, login }: GuardOptions): Refusal | undefined {
	if (request.method !== "GET" && request.method !== "HEAD") {
		const hint = "nothing is changed through these pages: GET and HEAD alone are answered";
		return { status: 405, message: "method not allowed", hint, headers: { Allow: "GET, HEAD" } };
	}
	if (request.url.length > LONGEST_URL) {
		return { status: 414, message: "the address is too long", hint: `expected up to ${LONGEST_URL} characters` };
	}
	const host = hostOf(request.headers.get("host") ?? "");
	if (host === undefined) return { status: 400, message: "the Host header is malformed", hint: "see RFC 9110, 7.2" };
	if (!isOurs(host, hosts)) {
		const hint = "ask under the address that --listen names, or start `tangles serve` with --host NAME";
		return { status: 421, message: "this name is not answered here", hint };
	}
	// A monitor of the process need not log in: it is told no more than that.
	if (
		login === undefined ||
		new URL(request.url).pathname === "/healthz" ||
		login.accepts(request.headers.get("authorization"))
	)
		return undefined;
	const headers = { "WWW-Authenticate": 'Basic realm="tangles", charset="UTF-8"' };
	return {
		status: 401,
		message: "login needed",
		hint: "ask whoever runs this page for its user and password",
		headers,
	};
}

/** On every answer: nothing inline, nothing from elsewhere, in no frame, told to nobody. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
	"Content-Security-Policy":
		"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	"X-Content-Type-Options": "nosniff",
	"X-Frame-Options": "DENY",
	"Referrer-Policy": "no-referrer",
	"Cross-Origin-Opener-Policy": "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Cache-Control": "no-store",
};
