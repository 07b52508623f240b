import { Wrong } from "./wrong.ts";

const EXPECTED = "expected http://HOST/PATH or https://HOST/PATH";

/** The address that pings go to: a web address without a login, or what is wrong with it. */
export function readPingUrl(text: string): string | Wrong {
	const url = URL.parse(text.trim());
	if (url === null || !/^https?:$/.test(url.protocol)) return new Wrong(`is not a web address; ${EXPECTED}`);
	if (url.username !== "" || url.password !== "") return new Wrong(`has a login, which no ping sends; ${EXPECTED}`);
	if (url.hash !== "") return new Wrong(`has a fragment (#), which is never sent; ${EXPECTED}`);
	return url.href;
}
