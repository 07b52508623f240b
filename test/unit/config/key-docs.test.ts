import { expect, test } from "bun:test";
import { takenBy } from "../../../src/cli/man/config-page.ts";
import { KEY_DOCS, type KeyDoc } from "../../../src/config/key-docs.ts";
import { SECTION_KEYS } from "../../../src/config/keys.ts";
import { loadText } from "../../support/config-folder.ts";
import { KEY_ROWS } from "../../support/key-rows.ts";

type SectionName = keyof typeof SECTION_KEYS;

const KEYS = (Object.keys(SECTION_KEYS) as SectionName[]).flatMap((section) =>
	Object.keys(SECTION_KEYS[section]).map((key) => [section, key] as const),
);

const SERVERS: Readonly<Partial<Record<SectionName, string>>> = {
	"faktory-connection-info": "domain: h",
	"db-connection-info": "domain: h",
	"zookeeper-connection-info": "connect: h",
};

const docOf = (section: SectionName, key: string) => (KEY_DOCS[section].keys as Readonly<Record<string, KeyDoc>>)[key];

/** What a file gives that names `section`'s server, and nothing else but `line`. */
async function valueFrom(section: SectionName, key: string, line: string | undefined): Promise<unknown> {
	const lines = [SERVERS[section], line].filter((text) => text !== undefined);
	const text = section === "components" ? `components: { c: { ${lines} } }` : `${section}: { ${lines} }`;
	const row = KEY_ROWS[`${section === "components" ? "components.c" : section}.${key}`];
	return row?.read(await loadText(`${text}\n`));
}

test.each(KEYS)("%s.%s: the default that the manual names is the one that holds", async (section, key) => {
	const standard = docOf(section, key)?.default;
	const unset = await valueFrom(section, key, undefined);
	if (standard !== undefined) expect(await valueFrom(section, key, `${key}: ${standard}`)).toEqual(unset);
	// Parts of the address are not set, and yet the address is there.
	else if (!SERVERS[section]?.startsWith(key) && !["uri", "user", "password"].includes(key)) {
		expect(unset).toBeUndefined();
	}
});

test.each(KEYS)("%s.%s: its variable, where it has one, is one that the config reads", async (section, key) => {
	const variable = docOf(section, key)?.variable;
	if (variable === undefined) return;
	const values = { FAKTORY_URL: "tcp://v:1", TANGLES_MONGO_URI: "mongodb://v:1/v", TANGLES_ZOOKEEPER: "v:1" };
	const value = values[variable as keyof typeof values];
	const read = await loadText("", { env: { [variable]: value } });
	expect([...read.origins.values()]).toContain(`environment ${variable}`);
});

test("the type of a key is told in the words of its schema", () => {
	expect(takenBy(SECTION_KEYS.producer.window)).toBe("a whole number, 1 to 64");
	expect(takenBy(SECTION_KEYS["zookeeper-connection-info"]["lock-layout"])).toBe("both, flat or v2");
	expect(takenBy(SECTION_KEYS.components.past)).toBe("a list of names, such as [first, second]");
	expect(takenBy(SECTION_KEYS["zookeeper-connection-info"]["auth-file"])).toStartWith("path of a file");
	for (const keys of Object.values(SECTION_KEYS)) for (const schema of Object.values(keys)) takenBy(schema);
});
