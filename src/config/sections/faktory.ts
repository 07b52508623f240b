import * as v from "valibot";
import { Secret } from "../../base/secret.ts";
import type { FaktoryConfig } from "../config.ts";
import { type FromEnvironment, fromEnvironment } from "../environment.ts";
import { isBlank } from "../formats/blank.ts";
import type { ReaderContext } from "../reader-context.ts";
import { FAKTORY_PORT, type FaktoryUrl, readFaktoryUrl } from "../values/faktory-url.ts";
import { readPassword } from "../values/password.ts";
import { host, name, port, readBy, secretText } from "../values/schemas.ts";
import { filePath } from "../values/secret-file.ts";
import { NO_FILES, readTls, readTlsFiles, TLS_FILE_KEYS, TLS_KEYS } from "../values/tls-files.ts";
import { Section } from "./section.ts";

export const FAKTORY_VARIABLE = "FAKTORY_URL";
const PROVIDER = "FAKTORY_PROVIDER";
const SECTION = "faktory-connection-info";
const QUEUE = "arborescent";

const TLS_FILES = Object.keys(TLS_FILE_KEYS) as (keyof typeof TLS_FILE_KEYS)[];

const faktoryUrl = v.pipe(readBy(readFaktoryUrl), v.metadata({ secret: true }));

export const FAKTORY_KEYS = {
	domain: host,
	port,
	password: secretText,
	"password-file": filePath,
	...TLS_KEYS,
	queue: v.pipe(
		name,
		v.regex(/^[A-Za-z0-9._-]+$/, "is not a queue name; expected letters, digits, dot, underscore and dash"),
	),
};

/** The address in the environment. FAKTORY_PROVIDER, as Faktory's own clients have it, names the variable to read. */
function fromVariables(context: ReaderContext): FromEnvironment<FaktoryUrl> | undefined {
	const provider = context.env[PROVIDER];
	if (provider === undefined || isBlank(provider)) {
		return fromEnvironment(context, FAKTORY_VARIABLE, faktoryUrl, `${SECTION}.domain`);
	}
	context.findings.origins.set(`${SECTION}.domain`, `environment ${PROVIDER}`);
	// Hosts put the URL itself here by mistake, so the value is not shown.
	if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(provider)) {
		context.findings.inEnvironment(
			PROVIDER,
			"is not a variable's name; expected the name of the one that holds the URL",
		);
		return { value: undefined };
	}
	const read = fromEnvironment(context, provider, faktoryUrl, `${SECTION}.domain`);
	if (read !== undefined) return read;
	context.findings.inEnvironment(
		PROVIDER,
		`names a variable that is not set; expected one that is (found ${provider})`,
	);
	return { value: undefined };
}

const secretOf = (text: string | undefined) => (text === undefined ? undefined : new Secret(text));

function warnOfIdleFiles(context: ReaderContext, section: Section<typeof FAKTORY_KEYS>): void {
	for (const key of TLS_FILES.filter((name) => section.has(name))) {
		context.log.warn("key is not used: the address in the environment is without TLS (tcp+tls://HOST is with it)", {
			key: `${SECTION}.${key}`,
			at: section.at(key),
		});
	}
}

/**
 * The Faktory server: from the environment, else the section of the file. Queue and certificates are the file's in
 * either case.
 */
export async function readFaktory(context: ReaderContext): Promise<FaktoryConfig | undefined> {
	const section = new Section(context, [SECTION], FAKTORY_KEYS);
	const variable = fromVariables(context);
	const queue = section.or("queue", QUEUE);
	if (variable !== undefined) {
		if (variable.value === undefined) return undefined;
		const { password, tls, ...url } = variable.value;
		const files = await readTlsFiles(context, section);
		if (!tls) warnOfIdleFiles(context, section);
		return { ...url, tls: tls ? (files ?? NO_FILES) : undefined, password: secretOf(password), queue };
	}
	if (!section.present) return undefined;
	const domain = section.get("domain");
	if (!section.has("domain") && context.tree.whole) {
		section.fault([], `names no server; expected ${context.tree.ways.faktory}, or ${FAKTORY_VARIABLE}=tcp://HOST:7419`);
	}
	const rest = {
		port: section.or("port", FAKTORY_PORT),
		tls: await readTls(context, section),
		password: await readPassword(context, section),
		queue,
	};
	return domain === undefined ? undefined : { host: domain, ...rest };
}
