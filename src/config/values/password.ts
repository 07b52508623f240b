import { Secret } from "../../base/secret.ts";
import type { ReaderContext } from "../reader-context.ts";
import type { Section } from "../sections/section.ts";
import { foundPath } from "./describe-value.ts";
import type { secretText } from "./schemas.ts";
import { type filePath, readSecretFile } from "./secret-file.ts";
import { Wrong } from "./wrong.ts";

/** A section that can hold a login's password, or name the file that does. */
type WithPassword = Section<{ password: typeof secretText; "password-file": typeof filePath }>;

/** The password of a section, from `password` or `password-file`; both together, or an unusable file, are faults. */
export async function readPassword(context: ReaderContext, section: WithPassword): Promise<Secret | undefined> {
	const password = section.get("password");
	const path = section.get("password-file");
	if (section.has("password") && section.has("password-file")) {
		section.fault(["password-file"], "stands beside password; expected one of the two");
	} else if (path !== undefined) {
		const read = await readSecretFile(context, path);
		if (!(read instanceof Wrong)) return new Secret(read);
		section.fault(["password-file"], `${read.text} (found ${foundPath(path)})`);
	}
	return password === undefined ? undefined : new Secret(password);
}
