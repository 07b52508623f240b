/** How the value of an option is read. */
export type OptionValue =
	| { readonly kind: "text" | "truth" | "tags" | "certificates" | "key" | "passphrase" | "revocations" }
	| { readonly kind: "whole"; readonly least: number; readonly most?: number }
	| { readonly kind: "one" | "list"; readonly of: readonly string[]; readonly not?: Readonly<Record<string, string>> };

/**
 * What becomes of an option of the driver in a MongoDB address.
 * - honoured: given to the driver, after its value was checked.
 * - overridden: left out, because tangles says it by itself. With `weakens`, a value other than those of `same` would
 *   change what tangles promises; any other is only without effect.
 * - refused: a fault of the configuration.
 */
export type MongoOption = { readonly why: string } & (
	| { readonly is: "honoured"; readonly value: OptionValue }
	| {
			readonly is: "overridden";
			readonly value: OptionValue;
			readonly weakens: boolean;
			readonly same: readonly string[];
	  }
	| { readonly is: "refused" }
);

const honoured = (value: OptionValue, why: string): MongoOption => ({ is: "honoured", value, why });
const text: OptionValue = { kind: "text" };
const truth: OptionValue = { kind: "truth" };
const whole = (least: number, most?: number): OptionValue => ({
	kind: "whole",
	least,
	...(most !== undefined && { most }),
});
const oneOf = (of: readonly string[], not?: Readonly<Record<string, string>>): OptionValue => ({
	kind: "one",
	of,
	...(not && { not }),
});

const idle = (value: OptionValue, why: string): MongoOption => ({
	is: "overridden",
	value,
	weakens: false,
	same: [],
	why,
});
const weaker = (value: OptionValue, why: string, ...same: readonly string[]): MongoOption => ({
	is: "overridden",
	value,
	weakens: true,
	why,
	same,
});
const refused = (why: string): MongoOption => ({ is: "refused", why });

const READS = "decisions and pages come from the primary; `status` and `batches ls` follow it";
const CONCERN = "reads of the primary, level local, never miss a write that was acknowledged";
const WRITES = "writes are acknowledged by a majority and journaled";
const DEADLINES = "each call has a deadline of its own, and is tried again for `producer.patience`";
const DOCUMENTS = "how documents are read and written is not for a site to change";
const OBJECT = "it takes a value that cannot be written in an address";
const NODE = "an option of the runtime, which takes no text: see the options that begin with tls";
const INTERNAL = "the driver's own, for its tests";
const SOCKS = "a connection through a SOCKS proxy needs a module that tangles does not have";
const OUTSIDE =
	"it needs a module that tangles does not have; expected SCRAM-SHA-256, SCRAM-SHA-1, PLAIN or MONGODB-X509";

const all = (names: string, option: MongoOption) => Object.fromEntries(names.split(" ").map((name) => [name, option]));

/** Every option that the driver knows, in its spelling. A test holds the list to the driver's own. */
export const MONGO_OPTIONS: Readonly<Record<string, MongoOption>> = {
	// Where the servers are, and which of them.
	replicaSet: honoured(text, "the set's name; a server of another one is refused"),
	directConnection: honoured(truth, "one server alone; a secondary that is reached so decides nothing (69)"),
	loadBalanced: honoured(truth, "the routers behind a balancer ask the primaries"),
	...all("srvServiceName srvAllowedHostsSuffix", honoured(text, "how `mongodb+srv://` is looked up")),
	srvMaxHosts: honoured(whole(0), "how many of the hosts that `mongodb+srv://` names are used"),
	family: honoured(oneOf(["4", "6"]), "IP version"),
	autoSelectFamily: honoured(truth, "IPv4 and IPv6 are tried side by side"),
	autoSelectFamilyAttemptTimeout: honoured(whole(10), "ms before the other IP version is tried"),
	// Login.
	authSource: honoured(text, "the database that has the user"),
	authMechanism: honoured(
		oneOf(["DEFAULT", "SCRAM-SHA-1", "SCRAM-SHA-256", "PLAIN", "MONGODB-X509"], {
			GSSAPI: `Kerberos: ${OUTSIDE}`,
			"MONGODB-AWS": `AWS credentials: ${OUTSIDE}`,
			"MONGODB-OIDC": `OpenID Connect: ${OUTSIDE}`,
		}),
		"the kind of login; GSSAPI, MONGODB-AWS and MONGODB-OIDC need modules that tangles does not have",
	),
	authMechanismProperties: refused("only GSSAPI, MONGODB-AWS and MONGODB-OIDC have any, which tangles does not have"),
	auth: refused("the login stands before the host: mongodb://USER:PASSWORD@HOST"),
	// TLS.
	...all("tls ssl", honoured(truth, "TLS on or off; on by itself with `mongodb+srv://`")),
	tlsCAFile: honoured({ kind: "certificates" }, "authorities that are trusted; relative to the config file's folder"),
	tlsCRLFile: honoured({ kind: "revocations" }, "revoked certificates; relative to the config file's folder"),
	tlsCertificateKeyFile: honoured({ kind: "key" }, "our certificate and key; relative to the config file's folder"),
	tlsCertificateKeyFilePassword: honoured({ kind: "passphrase" }, "opens the key of tlsCertificateKeyFile"),
	...all("tlsAllowInvalidCertificates tlsInsecure", honoured(truth, "nobody is checked; `doctor` warns")),
	tlsAllowInvalidHostnames: honoured(truth, "the certificate's name is not checked; `doctor` warns"),
	servername: honoured(text, "the name that the certificate must have"),
	// What is promised.
	readPreference: weaker(
		oneOf(["primary", "primaryPreferred", "secondary", "secondaryPreferred", "nearest"]),
		READS,
		"primary",
	),
	readPreferenceTags: weaker({ kind: "tags" }, READS),
	maxStalenessSeconds: weaker(whole(90), READS),
	readConcernLevel: weaker(oneOf(["local", "available", "majority", "linearizable", "snapshot"]), CONCERN, "local"),
	readConcern: refused(`${OBJECT}; expected readConcernLevel`),
	w: weaker(text, WRITES, "majority"),
	...all("journal j", weaker(truth, WRITES, "true")),
	fsync: weaker(truth, WRITES, "false"),
	writeConcern: weaker(text, WRITES, "majority"),
	...all("wtimeoutMS wtimeout", weaker(whole(0), DEADLINES, "0")),
	retryReads: honoured(truth, "one more try by the driver; tangles tries again in either case"),
	retryWrites: honoured(truth, "one more try by the driver; tangles tries again in either case"),
	// Times.
	...all(
		"serverSelectionTimeoutMS connectTimeoutMS socketTimeoutMS waitQueueTimeoutMS timeoutMS",
		idle(whole(0), DEADLINES),
	),
	heartbeatFrequencyMS: honoured(whole(500), "how often each server is looked at"),
	minHeartbeatFrequencyMS: honoured(whole(1), "the least time between two looks"),
	serverMonitoringMode: honoured(oneOf(["auto", "poll", "stream"]), "how the servers are looked at"),
	localThresholdMS: honoured(whole(0), "which of several routers are near enough"),
	// Connections.
	...all("maxPoolSize minPoolSize maxIdleTimeMS", honoured(whole(0), "connections that are kept")),
	maxConnecting: honoured(whole(1), "connections that are made at a time"),
	maxAdaptiveRetries: honoured(whole(0), "tries of the driver while the server is overloaded"),
	enableOverloadRetargeting: honoured(truth, "another server while one is overloaded"),
	compressors: honoured(
		{ kind: "list", of: ["none", "zlib", "zstd"], not: { snappy: "it needs a module that tangles does not have" } },
		"compressed messages; snappy needs a module that tangles does not have",
	),
	zlibCompressionLevel: honoured(whole(-1, 9), "of the compressor zlib"),
	noDelay: honoured(truth, "small messages are sent at once"),
	minInternalBufferSize: honoured(whole(1), "bytes of a buffer"),
	...all("proxyHost proxyPort proxyUsername proxyPassword", refused(SOCKS)),
	// Names.
	appName: honoured(text, "the name in the server's log, in place of tangles"),
	name: honoured(text, "added to the driver's name in the server's log"),
	dbName: idle(text, "the database is the key `database`, or the address's path"),
	// Talk of the driver's own.
	...all(
		"mongodbLogPath mongodbLogComponentSeverities mongodbLogMaxDocumentLength monitorCommands",
		idle(text, "what the driver logs never reaches stdout or stderr"),
	),
	// Documents.
	...all(
		"bsonRegExp checkKeys enableUtf8Validation fieldsAsRaw forceServerObjectId ignoreUndefined promoteBuffers",
		idle(text, DOCUMENTS),
	),
	...all("promoteLongs promoteValues raw serializeFunctions useBigInt64", idle(text, DOCUMENTS)),
	// What no address can say.
	...all("autoEncryption driverInfo pkFactory runtimeAdapters serverApi srvHostValidator", refused(OBJECT)),
	...all("allowPartialTrustChain minDHSize pskCallback secureContext enableTrace requestCert", refused(NODE)),
	...all("rejectUnauthorized checkServerIdentity keepAliveInitialDelay ALPNProtocols SNICallback", refused(NODE)),
	...all("session requestOCSP localAddress localPort hints lookup ca cert ciphers crl ecdhCurve", refused(NODE)),
	...all("key passphrase pfx secureProtocol index", refused(NODE)),
	...all("connectionType srvPoller __skipPingOnConnect", refused(INTERNAL)),
};

const BY_LOWER = new Map(Object.keys(MONGO_OPTIONS).map((name) => [name.toLowerCase(), name]));

/** An option's name in the driver's spelling: addresses may have it in any case. */
export const spelled = (name: string): string | undefined => BY_LOWER.get(name.toLowerCase());
