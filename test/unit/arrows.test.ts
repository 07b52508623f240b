import { expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { textOf } from "../support/source-tree.ts";

const BIOME = join(import.meta.dir, "../../node_modules/.bin/biome");
const RULE = "lint/style/noRestrictedImports";
const DOMAINS = ["enumeration", "line", "locks"];
/** Packages that one room alone may import, with that room. */
const PACKAGES = {
	mongodb: "servers",
	"faktory-worker": "servers",
	"node-zookeeper-client": "servers",
	"mongodb-connection-string-url": "config",
	hono: "web",
};

/** The rooms of the map, each with the rooms that it may import. */
function roomsOfTheMap(): ReadonlyMap<string, readonly string[]> {
	const rows = [...textOf("src/README.md").matchAll(/^\| `(\w+)\/` \|.*\| ([^|]+) \|$/gm)];
	const names = rows.map(([, room = ""]) => room);
	return new Map(
		rows.map(([, room = "", allowed = ""]) => {
			if (allowed.startsWith("every room")) return [room, names.filter((name) => name !== "web")];
			const named = [...allowed.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
			return [room, [room, ...named, ...(allowed.includes("the domains'") ? DOMAINS : [])]];
		}),
	);
}

/** Each way to import a module, one a line. */
const imports = (from: string) =>
	[
		`import "${from}";`,
		`import type { a } from "${from}";`,
		`export * from "${from}";`,
		`export const late = () => import("${from}");`,
	].join("\n");

interface Planted {
	readonly path: string;
	readonly from: string;
	readonly allowed: boolean;
}

/** Imports of each room by each room, of its first and of its deeper folders; and of each such package by each room. */
function planted(): Planted[] {
	const rooms = roomsOfTheMap();
	const pages = { path: "src/commands/serve/web.ts", from: "../../web/x.ts", allowed: true };
	const between = [...rooms].flatMap(([room, allowed]) => {
		const others = [...rooms.keys()].flatMap((other) => [
			{ path: `src/${room}/${other}.ts`, from: `../${other}/x.ts`, allowed: allowed.includes(other) },
			{ path: `src/${room}/deep/er/${other}.ts`, from: `../../../${other}/y/x.ts`, allowed: allowed.includes(other) },
		]);
		const packages = Object.entries(PACKAGES).map(([from, only]) => ({
			...{ path: `src/${room}/package-${from}.ts`, from },
			allowed: room === only,
		}));
		return [...others, ...packages];
	});
	return [...between, pages];
}

interface Diagnostics {
	readonly diagnostics: readonly { readonly category: string; readonly location: { readonly path: string } }[];
}

/** How often the lint refuses an import, by path. */
async function refusals(files: readonly Planted[]): Promise<ReadonlyMap<string, number>> {
	const folder = await mkdtemp(join(tmpdir(), "tangles-arrows-"));
	try {
		await writeFile(join(folder, "biome.jsonc"), textOf("biome.jsonc").replace(/"vcs": .*/, ""));
		for (const { path, from } of files) {
			await mkdir(dirname(join(folder, path)), { recursive: true });
			await writeFile(join(folder, path), `${imports(from)}\n`);
		}
		const words = ["lint", "--only=style/noRestrictedImports", "--reporter=json", "--max-diagnostics=none", "src"];
		const child = Bun.spawn([BIOME, ...words], { cwd: folder, stdout: "pipe", stderr: "ignore" });
		const { diagnostics }: Diagnostics = JSON.parse(await new Response(child.stdout).text());
		expect(diagnostics.filter(({ category }) => category !== RULE)).toEqual([]);
		const byPath = Map.groupBy(diagnostics, ({ location }) => location.path);
		return new Map([...byPath].map(([path, found]) => [path, found.length]));
	} finally {
		await rm(folder, { recursive: true });
	}
}

test("the lint refuses an import against each arrow of the map, however it is written, and no other", async () => {
	const files = planted();
	expect([...roomsOfTheMap().keys()]).toEqual([
		"commands",
		"web",
		"cli",
		"servers",
		"enumeration",
		"line",
		"locks",
		"config",
		"base",
	]);
	const refused = await refusals(files);
	const shown = (count: (file: Planted) => number) =>
		files.map((file) => `${file.path} imports ${file.from}: ${count(file)} refused`);
	const lines = imports("").split("\n").length;
	expect(shown(({ path }) => refused.get(path) ?? 0)).toEqual(shown(({ allowed }) => (allowed ? 0 : lines)));
});
