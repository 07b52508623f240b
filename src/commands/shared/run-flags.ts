import { Fault } from "../../base/fault.ts";
import { Secret } from "../../base/secret.ts";
import { durationFlag, parsedFlag } from "../../cli/flags.ts";
import { readPingUrl } from "../../config/values/ping-url.ts";
import { Wrong } from "../../config/values/wrong.ts";

function parsePing(flag: string, text: string): Secret {
	const url = readPingUrl(text);
	// The URL is the check's key, so it is not shown.
	if (url instanceof Wrong)
		throw new Fault("usage", `${flag} ${url.text}`, { hint: "give for example https://HOST/KEY" });
	return new Secret(url);
}

/** The flag of every command whose start and end a check may be told of; the frame sends the pings. */
export const PING = parsedFlag("URL", parsePing, {
	description: "tell a check of start and end: /start, /<exit code>, as healthchecks.io",
});

/** The flag of every command that many hosts start at one time; the frame waits. */
export const JITTER = durationFlag({
	description: "wait up to so long at first, a random time; a fault in the config is told before",
});
