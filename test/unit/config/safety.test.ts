import { describe, expect, test } from "bun:test";
import { isAboutSafety } from "../../../src/config/safety.ts";
import { keptLog, loadText } from "../../support/config-folder.ts";

const SERVERS = {
	"zookeeper-connection-info": "connect: zk",
	"faktory-connection-info": "domain: f",
	"db-connection-info": "domain: m",
};

/** What the fault says; undefined where there is none. */
async function faultOf(text: string, ending = ".yaml"): Promise<string | undefined> {
	try {
		await loadText(text, { ending, log: keptLog() });
		return undefined;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}

const ABOUT = [
	...["ssl", "TLS", "tsl", "tls_ca_file", "tlsCaFile", "tls-ca", "ssl.keyStore.location", "sasl", "saslMechanism"],
	...["auth", "auth_file", "authFile", "auth-fil", "password_file", "passwd", "paswword", "acl", "acls", "ca-file"],
	...[
		"cert",
		"client-cert",
		"use-tls",
		"x509",
		"kerberos-principal",
		"digest",
		"insecure",
		"truststore",
		"verify-host",
	],
];

describe("an unknown key about safety is a fault in every server's section, never a mere warning", () => {
	for (const [section, server] of Object.entries(SERVERS)) {
		test(section, async () => {
			for (const key of ABOUT) {
				const message = await faultOf(`${section}: { ${server}, "${key}": true }\n`);
				expect({ key, message }).toEqual({
					key,
					message: expect.stringContaining("is unknown, and a key about safety"),
				});
			}
		});
	}

	test("with the key that it resembles, and its line", async () => {
		const message = await faultOf("zookeeper-connection-info:\n  connect: zk\n  tls-ca-fil: x\n");
		expect(message).toContain(
			"tangles.yaml:3: zookeeper-connection-info.tls-ca-fil: is unknown, and a key about safety",
		);
		expect(message).toEndWith("expected tls-ca-file");
	});

	test("in a properties file, inside `tangles.`", async () => {
		for (const key of [
			"tangles.zookeeper.ssl",
			"tangles.zookeeper.tlscafile",
			"tangles.mongo.password",
			"tangles.sasl",
		]) {
			const message = await faultOf(`autonomous.lockserver.url=zk\n${key}=true\n`, ".properties");
			expect({ key, message }).toEqual({ key, message: expect.stringContaining(`:2: ${key}: is unknown`) });
		}
		expect(await faultOf("doms.password=x\nautonomous.lockserver.auth=y\n", ".properties")).toBeUndefined();
	});

	test("other unknown keys are warned of, and so are keys of other sections", async () => {
		for (const key of ["retries", "timeout", "comment", "host", "name", "pool-size", "compress", "chroot", "url"]) {
			expect({ key, is: isAboutSafety(key) }).toEqual({ key, is: false });
		}
		expect(await faultOf("producer: { tls: true, auth: x }\nlogging: { tls: true }\n")).toBeUndefined();
	});
});

describe("auth-file", () => {
	const rows: readonly (readonly [text: string, says: string])[] = [
		["sasl:user:secret", "asks for the scheme sasl, which is not supported; expected user:password"],
		["SASL user:secret", "asks for the scheme sasl"],
		["kerberos zk/host@REALM:x", "asks for the scheme kerberos"],
		["x509:CN=a:b", "a certificate logs in by tls-cert-file and tls-key-file"],
		["digest user:secret", "names the scheme beside the login; expected user:password alone"],
		["digest:user:secret", "names the scheme beside the login"],
		["Client {\n DigestLoginModule required;\n};", "holds more than a line"],
		["secret", "holds no login; expected user:password"],
	];
	const yaml = 'zookeeper-connection-info: { connect: "zk", auth-file: login }\n';
	for (const [login, says] of rows) {
		test(JSON.stringify(login), async () => {
			const thrown = loadText(yaml, { files: { login }, log: keptLog() });
			await expect(thrown).rejects.toThrow(says);
			await expect(thrown).rejects.not.toThrow("user:secret");
		});
	}

	test("a user may be called as a scheme, and a password may hold colons and blanks", async () => {
		for (const login of ["sasl:secret", "user:a:b c", "digest:x", "authors:a:b", "world:p"]) {
			const config = await loadText(yaml, { files: { login }, log: keptLog() });
			expect(config.zookeeper?.auth?.reveal()).toBe(login);
		}
	});
});
