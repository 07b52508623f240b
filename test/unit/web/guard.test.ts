import { describe, expect, test } from "bun:test";
import { Secret } from "../../../src/base/secret.ts";
import { type AskedRequest, hostOf, refusalOf, SECURITY_HEADERS } from "../../../src/web/guard.ts";
import { PageLogin } from "../../../src/web/login.ts";

function asked(change: { method?: string; url?: string; headers?: Record<string, string> } = {}): AskedRequest {
	const headers = new Map(Object.entries({ host: "localhost:7430", ...change.headers }));
	const { method = "GET", url = "http://localhost/" } = change;
	return { method, url, headers: { get: (name) => headers.get(name) ?? null } };
}

const OPEN = { hosts: ["pages.example.org"], login: undefined };
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });

test.each(["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", ""])(
	"%s is refused",
	(method) => {
		const refusal = refusalOf(asked({ method }), OPEN);
		expect(refusal).toMatchObject({ status: 405, headers: { Allow: "GET, HEAD" } });
		expect(refusal?.hint).not.toBe("");
	},
);

test.each(["GET", "HEAD"])("%s is answered", (method) => {
	expect(refusalOf(asked({ method }), OPEN)).toBeUndefined();
});

describe("a name that is not ours is not answered: a page of another site may have made it lead here", () => {
	test.each([
		"localhost",
		"localhost:7430",
		"a.localhost",
		"LOCALHOST",
		"127.0.0.1",
		"127.0.0.1:80",
		"[::1]:7430",
		"10.1.2.3",
		"pages.example.org",
		"PAGES.example.org:443",
	])("%s is", (host) => expect(refusalOf(asked({ headers: { host } }), OPEN)).toBeUndefined());
	test.each([
		"evil.example",
		"evil.example:7430",
		"localhost.evil.example",
		"notlocalhost",
		"pages.example.org.evil",
		"127.0.0.1.evil.example",
		"0x7f.1",
		"127.1",
	])("%s is not", (host) => expect(refusalOf(asked({ headers: { host } }), OPEN)?.status).toBe(421));
	test.each([
		"",
		"a b",
		"evil@localhost",
		"localhost#",
		"localhost/x",
		"localhost:port",
		"localhost:123456",
		"[::1",
		"[evil]",
		"localhost\\",
	])("%j is malformed", (host) => expect(refusalOf(asked({ headers: { host } }), OPEN)?.status).toBe(400));
});

test("a host without its port, lower case; an address in brackets without them", () => {
	expect([hostOf("A.b:1"), hostOf("[::1]:80"), hostOf("[::1]"), hostOf("::1")]).toEqual([
		"a.b",
		"::1",
		"::1",
		undefined,
	]);
});

test("an address that is too long is refused before anything is done with it", () => {
	expect(refusalOf(asked({ url: `http://localhost/${"a".repeat(5000)}` }), OPEN)?.status).toBe(414);
});

describe("a login", () => {
	const guard = { hosts: [], login: new PageLogin(new Secret("ann:correct horse: battery")) };
	test("is asked for, for everything but /healthz", () => {
		expect(refusalOf(asked(), guard)).toMatchObject({
			status: 401,
			headers: { "WWW-Authenticate": expect.stringMatching(/^Basic /) },
		});
		expect(refusalOf(asked({ url: "http://localhost/metrics" }), guard)?.status).toBe(401);
		expect(refusalOf(asked({ url: "http://localhost/healthz" }), guard)).toBeUndefined();
	});
	test("is accepted as it stands in the file, a colon in the password too", () => {
		expect(refusalOf(asked({ headers: basic("ann:correct horse: battery") }), guard)).toBeUndefined();
		expect(
			refusalOf(
				asked({
					headers: { authorization: basic("ann:correct horse: battery").authorization.replace("Basic", "basic") },
				}),
				guard,
			),
		).toBeUndefined();
	});
	test.each([
		"ann:correct horse: batter",
		"ann:",
		"ann",
		"",
		"Ann:correct horse: battery",
		"ann:correct horse: battery\n",
	])("is not %j", (text) => {
		expect(refusalOf(asked({ headers: basic(text) }), guard)?.status).toBe(401);
	});
	test.each(["Bearer x", "Basic", "Basic ====", "Basic \u0000"])("is not in %j", (authorization) => {
		expect(refusalOf(asked({ headers: { authorization } }), guard)?.status).toBe(401);
	});
});

test("no inline script or style, no frame, nothing from elsewhere", () => {
	const policy = SECURITY_HEADERS["Content-Security-Policy"] ?? "";
	expect(policy).not.toContain("unsafe");
	for (const part of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "script-src 'self'"])
		expect(policy).toContain(part);
});
