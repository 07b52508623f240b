import { Fault } from "../../base/fault.ts";
import type { Config } from "../../config/config.ts";

/** The server's part of a config that was read with that server among its needs. */
export function needed<T>(part: T | undefined, name: keyof Config): T {
	if (part !== undefined) return part;
	throw new Fault("config", `${name}: no server is named`);
}
