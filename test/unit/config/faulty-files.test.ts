import { afterAll, describe, expect, test } from "bun:test";
import { ConfigFolder, faultOf } from "../../support/config-folder.ts";
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
			for (const line of lines) expect(line).toMatch(/^(tangles\.\w+(:\d+)?|environment \w+): |^and \d+ more$/);
		});
	}
});
