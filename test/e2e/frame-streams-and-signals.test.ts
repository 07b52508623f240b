import { expect, test } from "bun:test";
import { join } from "node:path";
import { Enumeration } from "../support/enumeration.ts";
import { tangles } from "../support/tangles.ts";

const BINARY = join(import.meta.dir, "../../dist/tangles");

test("--version and --help are payload, on stdout", async () => {
	expect(await tangles(["--version"])).toMatchObject({ code: 0, err: "" });
	const help = await tangles(["--help"]);
	expect(help).toMatchObject({ code: 0, err: "" });
	for (const words of ["produce", "init", "75", "--config"]) expect(help.out).toContain(words);
	const own = await tangles(["produce", "--help"]);
	expect(own.out).toContain("tangles produce --dry-run");
	expect(await tangles(["produce", "-h", "--nonsense"])).toMatchObject({ code: 0 });
});

test("a reader of stdout that goes away is no failure", async () => {
	await using run = await Enumeration.create({ pageSize: 1 });
	await run.prepare(6, 7, ...Array.from({ length: 3000 }, () => [3, 4] as const));
	await run.addTangles(3, 1, true);
	await run.addTangles(4, 1, true);
	const shell = Bun.spawn(
		["bash", "-c", `"${BINARY}" produce --dry-run --json | head -c 1; echo " \${PIPESTATUS[0]}"`],
		{
			env: { ...run.env, PATH: process.env.PATH ?? "" },
			stdout: "pipe",
			stderr: "pipe",
		},
	);
	expect(await new Response(shell.stdout).text()).toBe("[ 0\n");
	expect(await new Response(shell.stderr).text()).toBe("");
	// All of it arrives at a reader that stays.
	const whole = await run.run("produce", "--dry-run", "--json");
	expect(JSON.parse(whole.out)).toHaveLength(3000);
});

test("SIGTERM and SIGINT while it waits: 143 and 130, with a word", async () => {
	await using run = await Enumeration.create({ producer: "headroom: 1" });
	await run.prepare(6, 7, [3, 4], [4, 3]);
	for (const tcn of [3, 4]) await run.addTangles(tcn, 1, true);
	for (const [signal, code] of [
		["SIGTERM", 143],
		["SIGINT", 130],
	] as const) {
		const producer = run.start("produce", "--json");
		await producer.line('"for":"headroom"');
		producer.kill(signal);
		const ended = await producer.ended();
		expect(ended.code).toBe(code);
		expect(ended.err).toContain(`stopped by ${signal}; everything is left resumable`);
		expect(ended.out).toContain('"event":"stopped","reason":"interrupted"');
	}
});
