import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DeliveryScene } from "../support/delivery-scene.ts";

const MARK = "\ufeff";

test("a byte order mark before the config, a list of sums, a report, details and stdin: each is read as without it", async () => {
	await using scene = await DeliveryScene.create();
	const { site } = scene;
	const config = site.env.TANGLES_CONFIG ?? "";
	await writeFile(config, `${MARK}${await readFile(config, "utf8")}`);

	const sum = createHash("md5").update("a page").digest("hex");
	await scene.deliver("B1-RT1", { "1.tif": "a page", "md5sums.txt": `${MARK}${sum}  1.tif\r\n` });
	expect(await scene.run("--checksums", "md5sums.txt")).toMatchObject({ code: 0 });
	expect(await scene.batches()).toEqual({ "B1-RT1": "Data_Received+" });

	const line = new Blob([`${MARK}{"id":"B2-RT1","type":"Newspaper"}\n`]);
	expect(await site.command(["batches", "add", "--stdin"], {}, line).ended()).toMatchObject({ code: 0 });

	const details = join(site.folder, "details.txt");
	await writeFile(details, `${MARK}as it was\n`);
	const event = ["batches", "event", "B2-RT1", "Data_Archived", "--success", "--details", `@${details}`];
	expect(await site.command(event).ended()).toMatchObject({ code: 0 });
	expect((await site.batch("B2-RT1")).events.at(-1)?.details).toStartWith("as it was");

	// Of a small report and of one that a process of its own reads.
	for (const [at, size] of [10, 500_000].entries()) {
		const [id = ""] = await site.archived(1, 1 + at);
		const failure = { type: "checksum", description: "wrong", details: "x".repeat(size) };
		await writeFile(join(site.folder, "report"), `${MARK}${JSON.stringify({ tool: "ours", failures: [failure] })}`);
		await site.command(["batches", "prioritize", id, "--yes"]).ended();
		expect((await site.run('cp "$0/report" "$TANGLES_RESULT"', "--procedure", "1")).code).toBe(1);
		const { tool, failures } = await site.report(id);
		expect({ size, tool, type: failures[0]?.type }).toEqual({ size, tool: "ours", type: "checksum" });
	}
});
