import { expect, test } from "bun:test";
import { proxyAddresses, proxyFor } from "../../../src/cli/proxy.ts";

test("the proxy for an address: by its scheme, small letters first, without its login; blank is not set", () => {
	const env = {
		http_proxy: "",
		HTTP_PROXY: "http://user:hunter2@proxy:3128/",
		https_proxy: "hunter2",
		HTTPS_PROXY: "http://other:1",
		ALL_PROXY: "http://all:1",
	};
	expect(proxyFor("http://h/k", env)).toEqual({ variable: "HTTP_PROXY", host: "proxy:3128", exempting: undefined });
	expect(proxyFor("https://h/k", { ...env, no_proxy: "", NO_PROXY: "h" })).toEqual({
		...{ variable: "https_proxy", host: "something that is no address", exempting: "NO_PROXY" },
	});
	expect(proxyFor("https://h/k", { http_proxy: "http://p:1" })).toBeUndefined();
	expect(proxyAddresses(env)).toEqual([env.HTTP_PROXY, env.https_proxy, env.HTTPS_PROXY]);
	expect(proxyAddresses({})).toEqual([]);
});
