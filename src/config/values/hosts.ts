import { isIPv6 } from "node:net";
import { isHostName } from "./schemas.ts";
import { Wrong } from "./wrong.ts";

/**
 * Several `host[:port]` with commas between, IPv6 in brackets, each filled up with `port`; or what is wrong, and that
 * `expected` is expected.
 */
export function readHosts(text: string, port: number, expected: string): string[] | Wrong {
	const hosts: string[] = [];
	for (const part of text.split(",")) {
		const [, bracketed, plain = "", given] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,6}))?$/.exec(part.trim()) ?? [];
		const validHost = bracketed === undefined ? isHostName(plain) : isIPv6(bracketed);
		if (!validHost) return new Wrong(`names no host, or one that is not well formed; expected ${expected}`);
		const number = given === undefined ? port : Number(given);
		if (number < 1 || number > 65535) return new Wrong("has a port out of range; expected 1 to 65535");
		hosts.push(`${bracketed === undefined ? plain : `[${bracketed}]`}:${number}`);
	}
	return hosts;
}
