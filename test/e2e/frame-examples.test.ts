import { expect, test } from "bun:test";
import { COMMANDS } from "../support/commands.ts";
import { exampleScene } from "../support/example-scene.ts";
import { checkTextLogLines, jsonLogLines } from "../support/log-lines.ts";
import { shared } from "../support/servers.ts";
import { BINARY, Running } from "../support/tangles.ts";

/** What an example ends with in the scene below, where that is not 0. */
const CODES: Readonly<Record<string, number>> = {
	// Not complete, and nothing of it is there.
	"tangles verify --tcn 9 --json": 1,
	// The holder has another token.
	"tangles locks break /SBOI/Sample --token 4711": 75,
	"tangles locks break /SBOI/Sample --token 4711 --yes": 75,
	// It is there already.
	"tangles batches add B400022028241-RT1 --type newspaper": 1,
	// The sample's folder is not there, so that the batch fails.
	"tangles component Sample --module builtin:sample -q --if-locked skip": 1,
};

/** These go on until they are stopped. */
const ENDLESS = /^tangles (?:work|serve|locks watch)\b/;

test.each(COMMANDS.map(({ about }) => [about.name, about] as const))(
	"the examples of %s run as they stand, and each line of their log is of the format that the environment asks for",
	async (name, { examples }) => {
		expect(examples.length).toBeGreaterThanOrEqual(2);
		for (const [at, { run }] of examples.entries()) {
			await using place = await exampleScene();
			const held =
				run.startsWith("tangles locks") && !run.includes("wait") ? await place.locks.take("/SBOI/Sample") : undefined;
			const env = { ...place.env, PATH: `${place.folder}/bin:${place.env.PATH}`, FAKTORY_URL: shared.faktory() };
			const format = at === 0 ? "json" : "text";
			// A variable that nothing reads is warned of: no run is without a line.
			const stray = `TANGLES_${name.toUpperCase().replaceAll(/\W/g, "_")}_NOTHING`;
			const log = { TANGLES_LOG_FORMAT: format, TANGLES_VERBOSE: "true", [stray]: "1" };
			await using running = new Running(["sh", "-c", `exec ${run}`], { ...env, ...log }, place.folder);
			if (ENDLESS.test(run)) {
				await running.talk(stray);
				running.kill("SIGINT");
			}
			const { code, out, err } = await running.ended();
			const expected = CODES[run] ?? (ENDLESS.test(run) ? 130 : 0);
			expect({ run, code, said: code === expected ? "" : out + err }).toEqual({ run, code: expected, said: "" });
			expect(err).toContain(stray);
			if (format === "text") checkTextLogLines(err, name);
			else for (const { verb } of jsonLogLines(err)) expect(verb).toBe(name);
			await held?.release();
		}
	},
);

test.each(COMMANDS.map(({ about }) => [about.name] as const))("the help of %s fits 80 columns", async (name) => {
	const running = new Running([BINARY, ...name.split(" "), "--help"], {});
	const { code, out, err } = await running.ended();
	expect({ code, err }).toEqual({ code: 0, err: "" });
	for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test("the help of the whole tool fits one screen of 80 x 60", async () => {
	const { out } = await new Running([BINARY, "--help"], {}).ended();
	const lines = out.split("\n");
	expect(lines.length).toBeLessThanOrEqual(60);
	for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});
