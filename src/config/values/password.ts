import { Secret } from "../../base/secret.ts";
import type { Reading } from "../reading.ts";
import type { Section } from "../sections/section.ts";
import type { secretText } from "./checks.ts";
import { foundPath } from "./found.ts";
import { type filePath, readSecretFile } from "./secret-file.ts";
import { Wrong } from "./wrong.ts";

/** A section that can hold a login's password, or name the file that does. */
type WithPassword = Section<{ password: typeof secretText; "password-file": typeof filePath }>;

/** The password of a section, from `password` or `password-file`; both together, or an unusable file, are faults. */
export async function readPassword(reading: Reading, section: WithPassword): Promise<Secret | undefined> {
	const password = section.get("password");
	const path = section.get("password-file");
	if (section.has("password") && section.has("password-file")) {
		section.fault(["password-file"], "stands beside password; expected one of the two");
	} else if (path !== undefined) {
		const read = await readSecretFile(reading, path);
		if (!(read instanceof Wrong)) return new Secret(read);
		section.fault(["password-file"], `${read.text} (found ${foundPath(path)})`);
	}
	return password === undefined ? undefined : new Secret(password);
}
