import * as v from "valibot";
import { Secret } from "../../base/secret.ts";
import type { FaktoryConfig } from "../config.ts";
import { type FromEnvironment, fromEnvironment } from "../environment.ts";
import type { Reading } from "../reading.ts";
import { host, name, port, readBy, secretText, truth } from "../values/checks.ts";
import { FAKTORY_PORT, type FaktoryUrl, readFaktoryUrl } from "../values/faktory-url.ts";
import { readPassword } from "../values/password.ts";
import { filePath } from "../values/secret-file.ts";
import { Section } from "./section.ts";

export const FAKTORY_VARIABLE = "FAKTORY_URL";
const PROVIDER = "FAKTORY_PROVIDER";
const SECTION = "faktory-connection-info";
const QUEUE = "arborescent";

const faktoryUrl = v.pipe(readBy(readFaktoryUrl), v.metadata({ secret: true }));

const SCHEMAS = {
	domain: host,
	port,
	password: secretText,
	"password-file": filePath,
	tls: truth,
	queue: v.pipe(
		name,
		v.regex(/^[A-Za-z0-9._-]+$/, "is not a queue name; legal are letters, digits, dot, underscore and dash"),
	),
};

/** The address in the environment. FAKTORY_PROVIDER, as Faktory's own clients have it, names the variable to read. */
function fromVariables(reading: Reading): FromEnvironment<FaktoryUrl> | undefined {
	const provider = reading.env[PROVIDER];
	if (provider === undefined || provider === "") {
		return fromEnvironment(reading, FAKTORY_VARIABLE, faktoryUrl, `${SECTION}.domain`);
	}
	reading.findings.origins.set(`${SECTION}.domain`, `environment ${PROVIDER}`);
	// Hosts put the URL itself here by mistake, so the value is not shown.
	if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(provider)) {
		reading.findings.inEnvironment(
			PROVIDER,
			"is not a variable's name; legal is the name of the one that holds the URL",
		);
		return { value: undefined };
	}
	const read = fromEnvironment(reading, provider, faktoryUrl, `${SECTION}.domain`);
	if (read !== undefined) return read;
	reading.findings.inEnvironment(
		PROVIDER,
		`names a variable that is not set; legal is one that is (found ${provider})`,
	);
	return { value: undefined };
}

/** The Faktory server: from the environment, else the section of the file. The queue is the file's in either case. */
export async function readFaktory(reading: Reading): Promise<FaktoryConfig | undefined> {
	const section = new Section(reading, [SECTION], SCHEMAS);
	const variable = fromVariables(reading);
	const queue = section.or("queue", QUEUE);
	if (variable !== undefined) {
		if (variable.value === undefined) return undefined;
		const { password, ...url } = variable.value;
		return { ...url, password: password === undefined ? undefined : new Secret(password), queue };
	}
	if (!section.present) return undefined;
	const domain = section.get("domain");
	if (!section.has("domain") && reading.tree.whole) {
		section.fault([], `names no server; legal is ${reading.tree.ways.faktory}, or ${FAKTORY_VARIABLE}=tcp://HOST:7419`);
	}
	const rest = {
		port: section.or("port", FAKTORY_PORT),
		tls: section.or("tls", false),
		password: await readPassword(reading, section),
		queue,
	};
	return domain === undefined ? undefined : { host: domain, ...rest };
}
