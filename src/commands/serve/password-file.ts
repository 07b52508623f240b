import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Fault } from "../../base/fault.ts";
import { Secret } from "../../base/secret.ts";
import { readSecretFile } from "../../config/values/secret-file.ts";
import { Wrong } from "../../config/values/wrong.ts";

/** Others may read it, or its group may write it. */
const TOO_OPEN = 0o027;

const SHORTEST_PASSWORD = 8;

/**
 * The login in a file, one line `user:password`, which nobody but its owner and its group may read. Throws a Fault
 * "usage" that never quotes it.
 */
export async function readPasswordFile(cwd: string, path: string): Promise<Secret> {
	const fail = (what: string, hint: string) => new Fault("usage", `--password-file ${path}: ${what}`, { hint });
	const text = await readSecretFile({ folder: cwd }, path);
	const expected = "expected one line, user:password";
	if (text instanceof Wrong) throw fail(text.text, expected);
	const { mode } = await stat(resolve(cwd, path));
	if ((mode & TOO_OPEN) !== 0) {
		const shown = (mode & 0o777).toString(8).padStart(3, "0");
		throw fail(`its mode is ${shown}: others may read it, or its group may write it`, `chmod 600 ${path}`);
	}
	const [, password] = /^[^:\p{C}]+:([^\p{C}]+)$/u.exec(text) ?? [];
	if (password === undefined) throw fail("it does not hold user:password", expected);
	if (password.length < SHORTEST_PASSWORD) {
		throw fail(
			"its password is too short",
			`expected ${SHORTEST_PASSWORD} characters or more: it can be guessed from afar`,
		);
	}
	return new Secret(text);
}
