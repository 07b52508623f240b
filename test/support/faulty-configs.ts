/** A secret that every case with a secret uses: no message may show it. */
export const NEVER_SHOWN = "hunter2-never-shown";

/** A config file that must be refused with code 78, whatever the command needs. */
export interface FaultyConfig {
	readonly name: string;
	readonly ending: ".yaml" | ".yml" | ".properties" | ".json";
	readonly content: string | Uint8Array;
	readonly env?: Readonly<Record<string, string>>;
	/** Keys or words that must all be named in the message. */
	readonly faults: readonly string[];
}

/** One fault in one section. Those with a group in common cannot stand in one file. */
interface Single {
	readonly name: string;
	readonly section: string;
	readonly keys: Readonly<Record<string, string>>;
	readonly groups: readonly string[];
	readonly faults: readonly string[];
	/** The section's own server is left out too. */
	readonly bare?: boolean;
}

const FAKTORY = "faktory-connection-info";
const MONGO = "db-connection-info";
const TANGLES = "tangle-collections";
const ZOOKEEPER = "zookeeper-connection-info";

/** What makes a section whole beside the fault in it. */
const SERVER_KEYS: Readonly<Record<string, readonly [string, string]>> = {
	[FAKTORY]: ["domain", "faktory"],
	[MONGO]: ["domain", "mongo"],
	[ZOOKEEPER]: ["connect", '"zk:2181"'],
};

const bad = (section: string, key: string, values: readonly string[]): Single[] =>
	values.map((value) => ({
		name: `${section}.${key} is ${value}`,
		section,
		keys: { [key]: value },
		groups: [`${section}.${key}`],
		faults: [`${section}.${key}`],
	}));

const NOT_A_PORT = ["0", "65536", "-1", "27017.5", '"27017"', "yes", "[1]", "{}", ".nan", ".inf", "1e9"];
const NOT_A_NAME = ['" x"', '"x "', '"a\\tb"', '"a\\0b"', "5", "true", "[a]", "{a: b}"];
const NOT_A_TIME = ["15", "0", "0s", "-3s", '"3"', "3 fortnights", "soon", "[3s]", "99d", "0.1ms"];
const NOT_A_COUNT = ["0", "-5", "1.5", '"5"', "many", ".inf"];
const NOT_NAMES = ["ingest", "5", "{a: b}", "[5]", '["", b]', '[" a"]', "[[a]]"];

const login = (name: string, keys: Readonly<Record<string, string>>, ...faults: string[]): Single => ({
	name,
	section: MONGO,
	keys,
	groups: [`${MONGO}.login`],
	faults,
});

const SINGLES: readonly Single[] = [
	...bad("ping", "url", ["h", "ftp://h", "https://u:p@h/k", '"https://h/k#a"', "5", "[a]"]),
	...bad(FAKTORY, "domain", ["tcp://faktory", "faktory:7419", "a b", '"-x"', "5", "[a]"]),
	...bad(FAKTORY, "port", NOT_A_PORT),
	...bad(FAKTORY, "tls", ["yes", '"true"', "1", "[]"]),
	...bad(FAKTORY, "queue", [...NOT_A_NAME, "a/b", "über"]),
	...bad(FAKTORY, "password", ["[a]", "{a: b}"]),
	...bad(FAKTORY, "password-file", ["no-such-file", "/", "5", "[a]"]),
	{
		name: "faktory without a domain",
		section: FAKTORY,
		keys: { port: "7419" },
		groups: [`${FAKTORY}.port`],
		faults: [FAKTORY, "names no server"],
		bare: true,
	},
	{
		name: "mongo without a domain",
		section: MONGO,
		keys: { port: "27017" },
		groups: [`${MONGO}.port`, `${MONGO}.login`],
		faults: [MONGO, "names no server"],
		bare: true,
	},
	{
		name: "zookeeper without connect",
		section: ZOOKEEPER,
		keys: { "lock-layout": "v2" },
		groups: [`${ZOOKEEPER}.lock-layout`],
		faults: [ZOOKEEPER, "names no server"],
		bare: true,
	},
	{
		name: "faktory with password and password-file",
		section: FAKTORY,
		keys: { password: NEVER_SHOWN, "password-file": "secret" },
		groups: [`${FAKTORY}.password`, `${FAKTORY}.password-file`],
		faults: [`${FAKTORY}.password-file`],
	},
	...bad(MONGO, "domain", ["mongodb://mongo", "mongo:27017", `root:${NEVER_SHOWN}@mongo`, "a/b", "5"]),
	...bad(MONGO, "port", NOT_A_PORT),
	...bad(MONGO, "database", [...NOT_A_NAME, "a.b", "a/b", "a b", '"$x"', "x".repeat(64)]),
	login("user alone", { user: "root" }, `${MONGO}.user`),
	login("password alone", { password: NEVER_SHOWN }, `${MONGO}.password`),
	login("password-file alone, and missing", { "password-file": "no-such-file" }, `${MONGO}.password-file`),
	login("empty password", { user: "root", password: '""' }, `${MONGO}.user`),
	login("empty user", { user: '""', password: NEVER_SHOWN }, `${MONGO}.password`),
	login("login is a list", { user: "[root]", password: `[${NEVER_SHOWN}]` }, `${MONGO}.user`, `${MONGO}.password`),
	login("both passwords", { user: "root", password: NEVER_SHOWN, "password-file": "f" }, `${MONGO}.password-file`),
	login("http URI", { uri: `http://root:${NEVER_SHOWN}@mongo` }, `${MONGO}.uri`),
	login("URI without hosts", { uri: `mongodb://root:${NEVER_SHOWN}@` }, `${MONGO}.uri`),
	login("URI with a bad login", { uri: `"mongodb://root:${NEVER_SHOWN}%@mongo"` }, `${MONGO}.uri`),
	login("URI with a bad port", { uri: `mongodb://root:${NEVER_SHOWN}@mongo:99999` }, `${MONGO}.uri`),
	login("URI is a number", { uri: "5" }, `${MONGO}.uri`),
	...bad(TANGLES, "stencil_col_name", [...NOT_A_NAME, "a$b", "system.x", ".a", "a..b"]),
	...bad(TANGLES, "page_size", NOT_A_COUNT),
	{
		name: "one collection for both",
		section: TANGLES,
		keys: { stencil_col_name: "same", col_name: "same" },
		groups: [`${TANGLES}.stencil_col_name`],
		faults: [`${TANGLES}.col_name`],
	},
	...bad(ZOOKEEPER, "connect", ['"a:b"', '"zk:0"', '" , ,"', '"zk:2181/a/"', '"zk/../x"', '"/chroot"', "5"]),
	...bad(ZOOKEEPER, "session-timeout", NOT_A_TIME),
	...bad(ZOOKEEPER, "lock-layout", ["Flat", "v3", "5"]),
	...bad(ZOOKEEPER, "auth-file", ["no-such-file", "/", "5"]),
	...bad(ZOOKEEPER, "tls", ["1", "yes"]),
	...bad(ZOOKEEPER, "tls-ca-file", ["ca.pem", "5"]),
	...bad(FAKTORY, "tls-ca-file", ["no-such-file", "/", "5"]),
	...bad("producer", "headroom", NOT_A_COUNT),
	...bad("producer", "poll", NOT_A_TIME),
	...bad("producer", "window", [...NOT_A_COUNT, "65"]),
	...bad("producer", "chunk", [...NOT_A_COUNT, "5001"]),
	...bad("producer", "patience", ["60", "0s", "later"]),
	...bad("batches", "stop-event", NOT_A_NAME),
	...bad("batches", "col_name", [...NOT_A_NAME, "a$b", "system.x"]),
];

const COMPONENT_SINGLES: readonly Single[] = [
	...bad("components.check", "past", NOT_NAMES),
	...bad("components.check", "future", NOT_NAMES),
	...bad("components.check", "types", ["a", "[5]"]),
	...bad("components.check", "event", NOT_A_NAME),
	...bad("components.check", "max-threads", NOT_A_COUNT),
	...bad("components.check", "queue-length", NOT_A_COUNT),
	...bad("components.check", "simultaneous-processes", NOT_A_COUNT),
	...bad("components.check", "simultaneousProcesses", NOT_A_COUNT),
	...bad("components.check", "max-runtime", NOT_A_TIME),
	...bad("components.check", "max-run", NOT_A_TIME),
	...bad("components.check", "max-results", ["-1", "1.5", "all"]),
	...bad("components.check", "command", ["prog", "[]", '[""]', "[[a]]", '["a\\0"]', "{a: b}"]),
];

/** A YAML file with all of `singles` in it. */
function yamlOf(singles: readonly Single[]): string {
	const sections = new Map<string, Record<string, string>>();
	for (const { section, keys } of singles) sections.set(section, { ...sections.get(section), ...keys });
	const lines: string[] = [];
	for (const [section, keys] of sections) {
		const server = SERVER_KEYS[section];
		const bare = singles.some((single) => single.section === section && single.bare === true);
		const all = server === undefined || bare || "uri" in keys ? keys : { [server[0]]: server[1], ...keys };
		const [outer = "", inner] = section.split(".");
		lines.push(`${outer}:`, ...(inner === undefined ? [] : [`  ${inner}:`]));
		lines.push(...Object.entries(all).map(([key, value]) => `${inner === undefined ? "  " : "    "}${key}: ${value}`));
	}
	return `${lines.join("\n")}\n`;
}

function together(singles: readonly Single[]): FaultyConfig {
	return {
		name: singles.map((single) => single.name).join(" + "),
		ending: ".yaml",
		content: yamlOf(singles),
		faults: singles.flatMap((single) => single.faults),
	};
}

/** Files with `size` faults each: every single once first, the others by a fixed stride, never two of one group. */
function combined(size: number, stride: number): FaultyConfig[] {
	const all = [...SINGLES, ...COMPONENT_SINGLES.slice(0, 1), ...COMPONENT_SINGLES.slice(20, 21)];
	const starts = all.filter((_, position) => position % 3 === 0);
	return starts.map((start, position) => {
		const chosen: Single[] = [start];
		for (let step = 1; chosen.length < size && step < all.length; step += 1) {
			const next = all[(position * 3 + step * stride) % all.length];
			if (next === undefined) break;
			const taken = chosen.flatMap((single) => single.groups);
			const bare = next.bare === true || chosen.some((single) => single.bare === true);
			const clash =
				next.groups.some((group) => taken.includes(group)) || (bare && chosen.some((s) => s.section === next.section));
			if (!clash) chosen.push(next);
		}
		return together(chosen);
	});
}

const yaml = (name: string, content: string | Uint8Array, ...faults: string[]): FaultyConfig => ({
	name,
	ending: ".yaml",
	content,
	faults,
});

const properties = (name: string, content: string | Uint8Array, ...faults: string[]): FaultyConfig => ({
	name,
	ending: ".properties",
	content,
	faults,
});

const variable = (name: string, value: string, more: Readonly<Record<string, string>> = {}): FaultyConfig => ({
	name: `variable ${name} is ${value}`,
	ending: ".yaml",
	content: "producer: { window: 8 }\n",
	env: { [name]: value, ...more },
	faults: [name],
});

/** Nine levels of ten aliases each: a thousand million values, were they all written out. */
const BOMB = `${Array.from(
	{ length: 9 },
	(_, level) =>
		`x${level}: &x${level} [${
			level === 0
				? "lol"
				: Array(10)
						.fill(`*x${level - 1}`)
						.join(", ")
		}]`,
).join("\n")}\n`;

/** Files that are wrong in form. */
const FORMS: readonly FaultyConfig[] = [
	yaml("tab for indentation", "producer:\n\twindow: 8\n", ":2:", "tab"),
	yaml("tab after blanks", "components:\n  check:\n  \tevent: x\n", ":3:", "tab"),
	yaml("key twice", "producer:\n  window: 8\n  window: 9\n", ":3:", "producer.window", "twice", "line 2"),
	yaml("section twice", "producer: {}\nbatches: {}\nproducer: {}\n", ":3:", "producer", "twice"),
	yaml("two documents", "producer: {}\n---\nbatches: {}\n", "second document"),
	yaml("alias bomb", BOMB, "alias"),
	yaml("alias without anchor", `db-connection-info:\n  password: *${NEVER_SHOWN}\n`, ":2:", "alias"),
	yaml("alias of itself", "components: &a\n  check: *a\n", "nested too deeply"),
	yaml("merge key", "producer: &a { window: 8 }\nbatches:\n  <<: *a\n", ":3:", "merge"),
	yaml("tag", `db-connection-info:\n  password: !${NEVER_SHOWN} x\n`, ":2:", "tag"),
	yaml("YAML 1.1", "%YAML 1.1\n---\nproducer: {}\n", "version"),
	yaml("list at the top", "- producer\n", "map"),
	yaml("text at the top", "producer\n", "map"),
	yaml("number at the top", "5\n", "map"),
	yaml("bracket not closed", "producer: { window: 8\nbatches: {}\n", "bracket"),
	yaml("quote not closed", `db-connection-info: { password: "${NEVER_SHOWN} }\n`, "quote"),
	yaml("two keys on a line", "producer: window: 8\n", ":1:", "second key"),
	yaml("wrong indentation", "producer:\n    window: 8\n  chunk: 5\n", ":3:"),
	yaml("text begins with @", `db-connection-info:\n  password: @${NEVER_SHOWN}\n`, ":2:", "quotes"),
	yaml("bad escape", `db-connection-info:\n  password: "\\q${NEVER_SHOWN}"\n`, ":2:", "escape"),
	yaml("key is a list", "? [a, b]\n: c\n", "key"),
	yaml("directive", "%FOO\nproducer: {}\n", ":1:"),
	yaml("brackets without end", "[".repeat(100_000), "nested"),
	yaml("list without end", "- ".repeat(100_000), "nested"),
	yaml("braces without end", "{a: ".repeat(100_000), "nested"),
	yaml("keys without end", "? ".repeat(100_000), "nested"),
	yaml("a line of 1 MB", `producer: { window: ${"x".repeat(1_000_000)} }\n`, ":1:", "producer.window"),
	yaml("nested braces", `a: ${"{a: ".repeat(60)}1${"}".repeat(60)}\n`, "nested"),
	yaml("10 MB", "#".repeat(10 * 1024 * 1024), "too large", "1048576"),
	yaml("a byte over 1 MiB", "#".repeat(1024 * 1024 + 1), "too large"),
	yaml("NUL bytes", "producer: {}\0\n", "binary"),
	yaml("UTF-16", Uint8Array.from([0xff, 0xfe, 0x61, 0, 0x3a, 0]), "binary"),
	yaml("not UTF-8", Uint8Array.from([0x61, 0x3a, 0x20, 0xff, 0xfe, 0x0a]), "binary"),
	yaml("an executable", Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0]), "binary"),
	...["5", "[]", "text", "true"].flatMap((value) =>
		[FAKTORY, MONGO, TANGLES, ZOOKEEPER, "producer", "batches", "components"].map((section) =>
			yaml(`${section} is ${value}`, `${section}: ${value}\n`, section, "not a map"),
		),
	),
	yaml("component is text", "components:\n  check: yes\n", "components.check"),
	yaml("component's name has a slash", "components:\n  a/b: {}\n", "component's name"),
	yaml("component's name is empty", 'components:\n  "": {}\n', "component's name"),
	yaml("component's name is ..", "components:\n  ..: {}\n", "component's name"),
	yaml("batches among the tangles", "batches: { col_name: arborescent_tangles }\n", "batches.col_name"),
	yaml("Windows line ends", "producer:\r\n  window: 0\r\n", ":2:", "producer.window"),
	yaml("byte order mark", "\ufeffproducer:\n  window: 0\n", ":2:", "producer.window"),
	{ name: "ending .yml", ending: ".yml", content: "producer: { window: 0 }\n", faults: ["producer.window"] },
	{ name: "ending .json", ending: ".json", content: "{}", faults: [".yaml", ".properties"] },
];

const PROPERTY_FORMS: readonly FaultyConfig[] = [
	...[
		...["autonomous.maxThreads", "autonomous.workQueueSize", "autonomous.sboi.pageSize"],
		...["autonomous.simultaneousProcesses", "simultaneousProcesses"],
	].flatMap((key) =>
		["0", "-1", "x", "1e3", "1.5", "1,000"].map((value) =>
			properties(`${key} is "${value}"`, `# c\n${key}=${value}\n`, ":2:", key),
		),
	),
	...["0", "15s", "-1", "1h"].map((value) =>
		properties(
			`runtime is "${value}"`,
			`autonomous.maxRuntimeForWorkers = ${value}\n`,
			"autonomous.maxRuntimeForWorkers",
		),
	),
	...["zk:x", "zk:0", ",", "zk/a/"].map((value) =>
		properties(`lock server is "${value}"`, `autonomous.lockserver.url=${value}\n`, "autonomous.lockserver.url"),
	),
	properties(
		"command with an open quote",
		'autonomous.component.command=a "b\n',
		"autonomous.component.command",
		"quote",
	),
	properties("failed events", "autonomous.pastFailedEvents=A\n", "autonomous.pastFailedEvents", "restart"),
	properties(
		"two events",
		"autonomous.eventID=A\nautonomous.component.event=B\n",
		":2: autonomous.component.event",
		"autonomous.eventID on line 1",
	),
	properties("bad URI", `tangles.mongo.uri=http://root:${NEVER_SHOWN}@h\n`, "tangles.mongo.uri"),
	properties(
		"bad escape in a URI",
		`tangles.mongo.uri=mongodb://root:\\u12${NEVER_SHOWN}@h\n`,
		"tangles.mongo.uri",
		"escape",
	),
	properties(
		"bad database",
		"tangles.mongo.uri=mongodb://h\ntangles.mongo.database=a b\n",
		":2:",
		"tangles.mongo.database",
	),
	properties("database without a server", "tangles.mongo.database=x\n", "names no server", "tangles.mongo.uri"),
	properties(
		"several, one on a continued line",
		"autonomous.maxThreads=0\nautonomous.pastSuccessfulEvents=a,\\\n  b\nautonomous.workQueueSize=x\n",
		":1: autonomous.maxThreads",
		":4: autonomous.workQueueSize",
	),
	properties(
		"the last of two counts",
		"autonomous.maxThreads=1\nautonomous.maxThreads=0\n",
		":2: autonomous.maxThreads",
	),
	properties("NUL bytes", "autonomous.maxThreads=1\0\n", "binary"),
	properties("10 MB", "#".repeat(10 * 1024 * 1024), "too large"),
];

const VARIABLES: readonly FaultyConfig[] = [
	...[
		"x",
		`http://root:${NEVER_SHOWN}@h`,
		"mongodb://",
		`mongodb://root:${NEVER_SHOWN}@h:0`,
		`mongodb://:${NEVER_SHOWN}@h`,
	].map((value) => variable("TANGLES_MONGO_URI", value)),
	...[`mongodb+srv://root:${NEVER_SHOWN}@h:27017`, "mongodb+srv://a,b", "mongodb://h/a%20b", "mongodb://h/?x"].map(
		(value) => variable("TANGLES_MONGO_URI", value),
	),
	...[
		"x",
		"http://h",
		"tcp://",
		`tcp://:${NEVER_SHOWN}@`,
		`tcp://:${NEVER_SHOWN}@h:99999`,
		`tcp://:${NEVER_SHOWN}%@h`,
	].map((value) => variable("FAKTORY_URL", value)),
	variable("FAKTORY_URL", `tcp://${NEVER_SHOWN}@h`),
	variable("FAKTORY_URL", `tcp://:${NEVER_SHOWN}@h/path`),
	variable("FAKTORY_PROVIDER", `tcp://:${NEVER_SHOWN}@h`),
	variable("FAKTORY_PROVIDER", "NO_SUCH_VARIABLE"),
	{
		...variable("OTHER_URL", `tcp://:${NEVER_SHOWN}@`, { FAKTORY_PROVIDER: "OTHER_URL" }),
		name: "the provider's URL is bad",
	},
	...["a:b", ",", "zk:0", "zk:2181/a//b"].map((value) => variable("TANGLES_ZOOKEEPER", value)),
	{
		name: "faults in all variables and the file",
		ending: ".yaml",
		content: "producer: { window: 0 }\nbatches: { col_name: 5 }\n",
		env: { TANGLES_MONGO_URI: "x", FAKTORY_URL: "x", TANGLES_ZOOKEEPER: "," },
		faults: ["TANGLES_MONGO_URI", "FAKTORY_URL", "TANGLES_ZOOKEEPER", "producer.window", "batches.col_name"],
	},
	{
		name: "a variable is bad and the file is no YAML",
		ending: ".yaml",
		content: "producer: [\n",
		env: { TANGLES_ZOOKEEPER: "," },
		faults: ["TANGLES_ZOOKEEPER", "bracket"],
	},
];

/** Every case, in a fixed order. */
export const FAULTY_CONFIGS: readonly FaultyConfig[] = [
	...[...SINGLES, ...COMPONENT_SINGLES].map((single) => together([single])),
	...combined(2, 7),
	...combined(3, 11),
	...combined(6, 17),
	...FORMS,
	...PROPERTY_FORMS,
	...VARIABLES,
];
