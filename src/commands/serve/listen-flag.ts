import { isIP } from "node:net";
import { Fault } from "../../base/fault.ts";
import { isHostName } from "../../config/values/schemas.ts";

/** Where to listen. */
export interface ListenAddress {
	/** IPv6 without brackets. */
	readonly hostname: string;
	readonly port: number;
	/** True where no other host can reach it. */
	readonly isLoopback: boolean;
}

/** `HOST:PORT`, IPv6 in brackets; port 0 is any that is free. Throws a usage fault. */
export function parseListen(flag: string, text: string): ListenAddress {
	const [, bracketed, plain = "", port = ""] = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(text) ?? [];
	const hostname = bracketed ?? plain;
	const isHost = bracketed === undefined ? isHostName(plain) : isIP(bracketed) === 6;
	if (!isHost || port === "" || Number(port) > 65_535) {
		throw new Fault("usage", `${flag} is "${text}"`, {
			hint: "write HOST:PORT, such as 127.0.0.1:7430 or [::1]:7430; another host reaches it only by an address of this one",
		});
	}
	const isLoopback =
		hostname === "localhost" || hostname === "::1" || (isIP(hostname) === 4 && hostname.startsWith("127."));
	return { hostname, port: Number(port), isLoopback };
}

/** `/tangles`: segments without anything that a URL would escape; no slash at the end. Throws a usage fault. */
export function parseBasePath(flag: string, text: string): string {
	if (/^(?:\/[\w.~-]+)+$/.test(text) && !/\/\.{1,2}(?:\/|$)/.test(text)) return text;
	throw new Fault("usage", `${flag} is "${text}"`, {
		hint: "write a path such as /tangles, without a slash at its end",
	});
}

/** Host names, lower case. Throws a usage fault. */
export function parseHosts(flag: string, text: string): readonly string[] {
	return text.split(",").map((part) => {
		const name = part.trim().toLowerCase();
		if (isHostName(name)) return name;
		throw new Fault("usage", `${flag} is "${text}"`, {
			hint: "write names such as library.example.org, without a port",
		});
	});
}
