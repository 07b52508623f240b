import { expect, test } from "bun:test";
import { basename, dirname } from "node:path";
import { exportedNames, filesBelow, identifiersOf, lineCount, textOf } from "../support/source-tree.ts";

const SOURCES = [...filesBelow("src", ".ts"), ...filesBelow("src", ".tsx")].filter((path) => !path.endsWith(".d.ts"));
const READMES = [...filesBelow("src", "README.md"), "test/README.md", "test/ensemble/README.md"];
const READMES_OF_SCRIPTS = new Map(filesBelow("scripts", "README.md").map((path) => [dirname(path), textOf(path)]));

const LONGEST_SOURCE = 250;
const LONGEST_TEST = 400;

/** Words that say less than the field's own, and what stands in their place. */
const WORDS_LEFT_BEHIND: Readonly<Record<string, string>> = {
	Hand: "an in-memory adapter",
	WritingHand: "the stencil repair",
	DryHand: "an in-memory adapter",
	SeenStencil: "StencilSnapshot",
	Round: "CounterBaseline",
	Mend: "Repair",
	mend: "hint (of a fault), repair (of a finding)",
	mendStored: "repair",
	mendSeen: "repair",
	Teller: "a reporter",
	tellAll: "combineReporters",
	talk: "reporters",
	Talk: "reporters",
	FaktoryLine: "FaktoryConnection",
	FaktoryLines: "ConnectionPool",
	openLine: "openConnection",
	survey: "scanLocks",
	lookingLock: "sboiLock",
	within: "withDeadline",
	pause: "sleep",
	unlessAborted: "orAborted",
	inPool: "p-map",
	needed: "a config that is read with its needs",
	World: "ProcessIo",
	screen: "stdoutIsTerminal",
	paced: "writeWithBackpressure",
	brief: "shortened",
	keeper: "supervisor",
	Will: "HandBack",
	willOf: "HandBackTo",
	heart: "heartbeat",
	Spoken: "ChildOutput",
	Guarding: "LockHandle",
	Guardable: "Supervised",
	together: "combineLocks",
	trust: "validity",
	lostAt: "expiresAt",
	assured: "ensureHeld",
	RideOut: "OutageRetry",
	legal: "expected",
};

/** Where such a word is the right one. */
const RIGHT_WORDS: readonly { readonly word: string; readonly files: RegExp; readonly why: string }[] = [
	{ word: "pause", files: /^src\/(servers\/faktory|commands)\//, why: "a paused queue is Faktory's own word" },
	{
		word: "needed",
		files: /^src\/(servers\/mongo|commands\/doctor)\//,
		why: "indexes that are needed, as doctor says",
	},
	{ word: "needed", files: /^src\/line\/component\/room\.ts$/, why: "the bytes that a report needs" },
	{ word: "within", files: /^src\/(cli\/completions|servers\/mongo)\//, why: "a place inside another, no time" },
];

/** File names that do not say what is in the file. */
const EMPTY_NAMES = /\/(words|checks|work|reading|utils?|helpers?|misc|common)\.ts$/;

test("no name is exported twice: one name, one meaning", () => {
	const places = SOURCES.flatMap((path) => exportedNames(textOf(path)).map((name) => ({ name, path })));
	const twice = [...Map.groupBy(places, ({ name }) => name)].filter(([, found]) => found.length > 1);
	expect(twice.map(([name, found]) => `${name}: ${found.map(({ path }) => path).join(", ")}`)).toEqual([]);
});

test("the words are the field's", () => {
	const found = SOURCES.flatMap((path) => {
		const identifiers = identifiersOf(textOf(path));
		return Object.entries(WORDS_LEFT_BEHIND)
			.filter(([word]) => identifiers.has(word))
			.filter(([word]) => !RIGHT_WORDS.some((right) => right.word === word && right.files.test(path)))
			.map(([word, instead]) => `${path}: ${word}; expected ${instead}`);
	});
	expect(found).toEqual([]);
});

test("a file's name says what is in it", () => {
	expect(SOURCES.filter((path) => EMPTY_NAMES.test(path))).toEqual([]);
});

test("every source file stands in the README of its folder, or of a folder around it", () => {
	const known = new Map(READMES.map((path) => [dirname(path), textOf(path)]));
	const isIndexed = (path: string) => {
		for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
			if (known.get(folder)?.includes(`\`${path.slice(folder.length + 1)}\``)) return true;
		}
		return false;
	};
	expect(SOURCES.filter((path) => !isIndexed(path))).toEqual([]);
});

test("every support file stands in the README of the tests", () => {
	const index = textOf("test/README.md");
	const names = filesBelow("test/support", ".ts").map((path) => path.slice("test/support/".length));
	expect(names.filter((name) => !index.includes(`\`${name}\``))).toEqual([]);
});

test("every file of the scripts stands in a README, or its folder does", () => {
	const isNamed = (path: string) => {
		for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
			const index = READMES_OF_SCRIPTS.get(folder);
			const [first = "", ...more] = path.slice(folder.length + 1).split("/");
			// A command is named with its arguments.
			const names = more.length === 0 ? [`\`${first}\``, `\`${first} `] : [`\`${first}/\``];
			if (index !== undefined && names.some((name) => index.includes(name))) return true;
		}
		return false;
	};
	const files = filesBelow("scripts", "").filter(
		(path) => !path.endsWith("README.md") && !path.includes("node_modules"),
	);
	expect(files.filter((path) => !isNamed(path))).toEqual([]);
});

test("every folder of the tests stands in their README, and the first word of a file on real servers is its verb", () => {
	const index = textOf("test/README.md");
	const files = filesBelow("test", "").map((path) => path.split("/").slice(1));
	const folders = new Set(files.filter(({ length }) => length > 1).map(([folder]) => folder));
	expect([...folders].filter((folder) => folder !== "support" && !index.includes(`\`${folder}/\``))).toEqual([]);
	const verbs = new Set(SOURCES.flatMap((path) => /^src\/commands\/([a-z]+)/.exec(path)?.[1] ?? []));
	const named = (name: string) => ["frame", "servers"].includes(name) || verbs.has(name);
	const real = files.filter(([folder = ""]) => ["e2e", "fault", "integration"].includes(folder));
	expect(real.map(([, name = ""]) => name).filter((name) => !named(/^[a-z]+/.exec(name)?.[0] ?? ""))).toEqual([]);
});

test("every file of the ensemble stands in its README", () => {
	const index = textOf("test/ensemble/README.md");
	const names = [...filesBelow("test/ensemble", ".ts"), ...filesBelow("test/ensemble", ".py")].map((path) =>
		basename(path),
	);
	expect(names.filter((name) => !index.includes(`\`${name}\``))).toEqual([]);
});

test("what a README names is there", () => {
	const all = [...filesBelow("src", ""), ...filesBelow("test", ""), ...filesBelow("scripts", "")];
	const isThere = (folder: string, named: string) =>
		all.includes(named) || all.includes(`${folder}/${named}`) || all.some((path) => path.endsWith(`/${named}`));
	const gone = READMES.flatMap((path) =>
		[...textOf(path).matchAll(/`([\w./-]+\.tsx?)`/g)]
			.flatMap(([, named]) => named ?? [])
			.filter((named) => !isThere(dirname(path), named))
			.map((named) => `${path}: ${named}`),
	);
	expect(gone).toEqual([]);
});

test("files are small: one idea each", () => {
	const long = (paths: readonly string[], most: number) =>
		paths.map((path) => ({ path, lines: lineCount(textOf(path)) })).filter(({ lines }) => lines > most);
	expect(long(SOURCES, LONGEST_SOURCE)).toEqual([]);
	expect(long(filesBelow("test", ".ts"), LONGEST_TEST)).toEqual([]);
});

test("comments end at column 120", () => {
	// A tab is two columns wide, as the formatter has it.
	const isLong = (line: string) => /^\t*(\/\/|\/?\*)/.test(line) && line.replaceAll("\t", "  ").length > 120;
	const long = SOURCES.filter((path) => !path.startsWith("src/commands/")).flatMap((path) =>
		textOf(path)
			.split("\n")
			.filter(isLong)
			.map((line) => `${path}: ${line.trim()}`),
	);
	expect(long).toEqual([]);
});

test("unit tests stand where their source does", () => {
	const folders = new Set(SOURCES.map((path) => dirname(path).replace(/^src/, "test/unit")));
	expect(filesBelow("test/unit", ".test.ts").filter((path) => !folders.has(dirname(path)))).toEqual([]);
});

test("no function has more than four parameters", () => {
	const head = /^(?:export )?(?:async )?function\*? ?(\w+)(?:<[^(]*>)?\(([^)]*)\)/gm;
	const wide = SOURCES.flatMap((path) =>
		[...textOf(path).matchAll(head)]
			.filter(
				([, , parameters = ""]) => parameters.replace(/[{<(][^{}<>()]*[}>)]/g, "").split(/,\s*(?=\w+\??:)/).length > 4,
			)
			.map(([, name]) => `${path}: ${name}`),
	);
	expect(wide).toEqual([]);
});
