import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VERBS } from "../../src/commands/index.ts";
import { keptLog, loadText } from "../support/config-folder.ts";
import { bringPrograms } from "../support/programs.ts";
import { UNITS } from "../support/service.ts";
import { BINARY, Running } from "../support/tangles.ts";

const ROOT = join(import.meta.dir, "../..");
interface Locked {
	readonly version: string;
	readonly dependencies?: Readonly<Record<string, string>>;
}
const LOCK: { readonly packages: Readonly<Record<string, Locked>> } = JSON.parse(
	await readFile(join(ROOT, "package-lock.json"), "utf8"),
);
const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));

const folder = await mkdtemp(join(tmpdir(), "tangles-packages-"));
const at = (...names: string[]) => join(folder, ...names);

async function host(...command: string[]): Promise<string> {
	const env = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "/", SOURCE_DATE_EPOCH: "1700000000" };
	const { code, out, err } = await new Running(command, env, ROOT).ended();
	expect({ command, code, err: code === 0 ? "" : err }).toEqual({ command, code: 0, err: "" });
	return out;
}

/** Packages of executables that are a few bytes: what is around them is what counts here, and they are packed in no time. */
async function make(release: string): Promise<void> {
	await mkdir(release);
	for (const name of ["x64", "arm64"])
		await writeFile(join(release, `tangles-linux-${name}`), `an executable for ${name}`);
	await host("scripts/packages/make", release, BINARY);
}

beforeAll(async () => {
	await bringPrograms("rpm", "dpkg-deb");
	await make(at("one"));
});

afterAll(async () => await rm(folder, { recursive: true }));

const NAMES = [
	`tangles_${version}_amd64.deb`,
	`tangles_${version}_arm64.deb`,
	`tangles-${version}-1.x86_64.rpm`,
	`tangles-${version}-1.aarch64.rpm`,
] as const;

/** The files of a package, without its folders. */
async function filesOf(name: string): Promise<string[]> {
	if (name.endsWith(".rpm")) {
		const lines = (await host("rpm", "-qp", "--qf", "[%{FILEMODES:perms} %{FILENAMES}\n]", at("one", name)))
			.trim()
			.split("\n");
		return lines.filter((line) => !line.startsWith("d")).map((line) => line.split(" ")[1] ?? "");
	}
	const lines = (await host("dpkg-deb", "-c", at("one", name))).trim().split("\n");
	return lines.filter((line) => !line.startsWith("d")).map((line) => line.replace(/^.* \./, ""));
}

test("each package has the executable, its manual, completions, units, user and config in their system places", async () => {
	const verbs = Object.keys(VERBS).map((verb) => `/usr/share/man/man1/tangles-${verb}.1.gz`);
	const units = (await readdir(UNITS)).map((unit) => `/usr/lib/systemd/system/${unit}`);
	const common = [
		"/etc/tangles/tangles.yaml",
		"/usr/bin/tangles",
		"/usr/lib/sysusers.d/tangles.conf",
		"/usr/share/bash-completion/completions/tangles",
		"/usr/share/doc/tangles/changelog.gz",
		"/usr/share/doc/tangles/copyright",
		"/usr/share/doc/tangles/sbom.cdx.json",
		"/usr/share/fish/vendor_completions.d/tangles.fish",
		"/usr/share/man/man1/tangles.1.gz",
		"/usr/share/man/man5/tangles.yaml.5.gz",
		...units,
		...verbs,
	];
	const deb = ["/usr/share/lintian/overrides/tangles", "/usr/share/zsh/vendor-completions/_tangles"];
	const rpm = ["/usr/share/zsh/site-functions/_tangles"];
	for (const name of NAMES) {
		const expected = [...common, ...(name.endsWith(".deb") ? deb : rpm)].toSorted();
		expect({ name, files: (await filesOf(name)).toSorted() }).toEqual({ name, files: expected });
	}
});

test("a deb's executable is that of its architecture; its config is a conffile, which loads with every key commented in", async () => {
	for (const [arch, own] of [["amd64", "x64"] as const, ["arm64", "arm64"] as const]) {
		const file = at("one", `tangles_${version}_${arch}.deb`);
		expect(await host("dpkg-deb", "-f", file, "Architecture")).toBe(`${arch}\n`);
		await host("dpkg-deb", "-R", file, at(arch));
		expect(await readFile(at(arch, "usr/bin/tangles"), "utf8")).toBe(`an executable for ${own}`);
	}
	expect(await readFile(at("amd64", "DEBIAN/conffiles"), "utf8")).toBe("/etc/tangles/tangles.yaml\n");
	const text = await readFile(at("amd64", "etc/tangles/tangles.yaml"), "utf8");
	expect(text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))).toEqual([]);
	const log = keptLog();
	const whole = text.replaceAll(/^#(?! \S)/gm, "");
	const config = await loadText(whole, { log });
	expect(log.lines).toEqual([]);
	expect([config.faktory?.host, config.mongo?.address, config.zookeeper?.connect]).toEqual([
		"faktory",
		"mongo:27017",
		"h1:2181,h2:2181",
	]);
	expect(config.components.get("Sample")?.command).toEqual(["check-batch", "--strict"]);
});

test("an rpm's config stays when it was changed, and no name of the host that built is in it", async () => {
	for (const name of NAMES.filter((each) => each.endsWith(".rpm"))) {
		const [line] =
			(await host("rpm", "-qp", "--qf", "[%{FILEFLAGS:fflags} %{FILENAMES}\n]", at("one", name))).match(
				/^.*tangles\.yaml$/m,
			) ?? [];
		expect(line).toBe("cn /etc/tangles/tangles.yaml");
		expect(await host("rpm", "-qp", "--qf", "%{BUILDHOST} %{BUILDTIME}", at("one", name))).toBe(
			"reproducible 1700000000",
		);
	}
});

/** Places in the lock file of all packages that the one at `from` needs for a run, as node finds them. */
function neededFrom(from: string, found = new Set<string>()): Set<string> {
	for (const name of Object.keys(LOCK.packages[from]?.dependencies ?? {})) {
		let folder = from;
		while (folder !== "" && LOCK.packages[`${folder}/node_modules/${name}`] === undefined) {
			folder = folder.replace(/(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/, "");
		}
		const path = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
		if (found.has(path)) continue;
		found.add(path);
		neededFrom(path, found);
	}
	return found;
}

/** The packages whose files' names stand in the executable, before what the bundler took of them. */
async function namedIn(binary: string): Promise<Set<string>> {
	const lines = await host("grep", "-aoE", "^// node_modules/.*/", binary);
	return new Set(
		lines.split("\n").flatMap((line) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(line)?.[0].slice(3) ?? []),
	);
}

test("the bill of materials has what is in the executable, in the lock file's versions, and the runtime", async () => {
	const bill = JSON.parse(await readFile(at("one", `tangles-${version}.cdx.json`), "utf8"));
	expect(bill).toMatchObject({
		bomFormat: "CycloneDX",
		metadata: { component: { name: "tangles", version, type: "application" } },
	});
	const found: string[] = bill.components.map((it: { name: string; version: string }) => `${it.name}@${it.version}`);
	const needed = neededFrom("");
	const bundled = [...(await namedIn(BINARY))].map((path) => {
		expect(needed).toContain(path);
		return `${path.replace(/^.*node_modules\//, "")}@${LOCK.packages[path]?.version}`;
	});
	const runtime = `bun@${LOCK.packages["node_modules/bun"]?.version}`;
	expect(found.toSorted()).toEqual([...new Set([...bundled, runtime])].toSorted());
	// One that is installed, and for which tsconfig.json has another.
	expect([...needed]).toContain("node_modules/whatwg-url");
	expect(found.filter((it) => it.startsWith("whatwg-url@"))).toEqual([]);
	const edges: { ref: string; dependsOn: string[] }[] = bill.dependencies;
	const refs = new Set([`tangles@${version}`, ...found]);
	expect(edges.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]).filter((ref) => !refs.has(ref))).toEqual([]);
	expect(edges.find(({ ref }) => ref.startsWith("mongodb@"))?.dependsOn).toEqual(
		expect.arrayContaining([expect.stringMatching(/^bson@/)]),
	);
});

test("made again from the same, they have the same bytes", async () => {
	await make(at("other"));
	const files = await readdir(at("one"));
	expect(files.toSorted()).toEqual(
		[...NAMES, `tangles-${version}.cdx.json`, "tangles-linux-arm64", "tangles-linux-x64"].toSorted(),
	);
	for (const file of files) {
		expect({ file, same: (await readFile(at("one", file))).equals(await readFile(at("other", file))) }).toEqual({
			file,
			same: true,
		});
	}
});
