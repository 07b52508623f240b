import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { appended, without } from "../../src/line/batches/events.ts";
import { keepingRemoved } from "../../src/line/batches/history.ts";
import { ComponentScene } from "./component-scene.ts";
import { BINARY } from "./tangles.ts";

/**
 * What all examples find: an enumeration that is done, a table of it, a batch that was archived and has a history, a
 * delivery, empty lock directories.
 */
export async function exampleScene(): Promise<ComponentScene> {
	const made = await ComponentScene.create();
	await made.command(["init", "--max-tcn", "3"]).ended();
	await made.stencils.updateOne({ _id: "config" }, { $set: { current_completed_tcn: 2, max_tcn: 2 } });
	const [id = ""] = await made.archived(1, 22_028_241);
	const received = { type: "Data_Received", success: true, time: new Date(0), agent: "test", details: "" };
	await made.store.store(appended(await made.batch(id), { ...received, type: "Mistaken" }));
	const note = { what: "rm-event", by: "test@here", time: new Date(), reason: "" };
	const mistaken = await made.batch(id);
	await made.store.store(appended(keepingRemoved(mistaken, without(mistaken, "Mistaken"), note), received));
	await (await made.locks.session()).makeDirectories("/Sample/old/leases");
	await mkdir(join(made.folder, "bin"));
	await mkdir(join(made.folder, "deliveries/B400022028241-RT2"), { recursive: true });
	await writeFile(join(made.folder, "deliveries/B400022028241-RT2/transfer_acknowledged"), "");
	await mkdir(join(made.folder, "published"));
	await writeFile(join(made.folder, "published/to-2.txt"), "i[-2]i[2]i[2 0]i[-2 0]i[1]i[-1]i[0]i[0 0]");
	await symlink(BINARY, join(made.folder, "bin/tangles"));
	return made;
}
