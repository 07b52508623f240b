import * as v from "valibot";
import { Secret } from "../../base/secret.ts";
import type { ReaderContext } from "../reader-context.ts";
import { readPingUrl } from "../values/ping-url.ts";
import { readBy } from "../values/schemas.ts";
import { Section } from "./section.ts";

export const PING_KEYS = { url: v.pipe(readBy(readPingUrl), v.metadata({ secret: true })) };

/** Where pings go; undefined where nothing says so. The address is the check's key, and so a secret. */
export function readPing(context: ReaderContext): Secret | undefined {
	const url = new Section(context, ["ping"], PING_KEYS).get("url");
	return url === undefined ? undefined : new Secret(url);
}
