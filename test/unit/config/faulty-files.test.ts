import { afterAll, describe, expect, test } from "bun:test";
import { inspectConfig } from "../../../src/config/load.ts";
import { ConfigFolder, faultOf, keptLog } from "../../support/config-folder.ts";
import { FAULTY_CONFIGS, NEVER_SHOWN } from "../../support/faulty-configs.ts";

// One folder for the hundreds of files, each written over the one before.
const folder = await ConfigFolder.create();
afterAll(async () => await folder[Symbol.asyncDispose]());

describe("every faulty file is refused", () => {
	test("there are hundreds of them, each with a name of its own", () => {
		expect(FAULTY_CONFIGS.length).toBeGreaterThan(200);
		const names = FAULTY_CONFIGS.map((faulty) => `${faulty.ending} ${faulty.name}`);
		expect(names.filter((name, position) => names.indexOf(name) !== position)).toEqual([]);
	});

	for (const faulty of FAULTY_CONFIGS) {
		test(`${faulty.ending} ${faulty.name.slice(0, 200)}`, async () => {
			const file = `tangles${faulty.ending}`;
			await folder.write(file, faulty.content);
			const message = await faultOf(folder.load({ file, env: faulty.env ?? {} }));
			for (const fault of faulty.faults) expect(message).toContain(fault);
			expect(message).not.toContain(NEVER_SHOWN);
			expect(message).not.toMatch(/\n\s+at /);
			const [headline, ...lines] = message.split("\n");
			expect(headline).toMatch(/^the configuration has (a fault|\d+ faults):$/);
			expect(lines.length).toBeGreaterThan(0);
			const { faults } = await inspectConfig({ file, env: faulty.env ?? {}, cwd: folder.path, log: keptLog() });
			expect(JSON.stringify(faults)).not.toContain(NEVER_SHOWN);
			if (faults.length <= 100) expect(faults.length).toBe(lines.length);
			for (const line of lines) expect(line).toMatch(/^(tangles\.\w+(:\d+)?|environment \w+): |^and \d+ more$/);
		});
	}
});
