import { expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ComponentScene } from "../support/component-scene.ts";

/**
 * A file as the existing components have it, with what Java's properties allow; the servers come from the environment.
 */
const PROPERTIES = `# an existing component's
autonomous.pastSuccessfulEvents = Data_Archived , \\
    Other\\u005fEvent
autonomous.futureEvents:Batch_Sampled
autonomous.oldEvents=
autonomous.itemTypes = Newspaper, Film
autonomous.maxThreads 2
autonomous.workQueueSize = 3
autonomous.maxRuntimeForWorkers=60000
autonomous.component.maxResults = 10
doms.server = http://somewhere.else
autonomous.component.event = Batch_Sampled
autonomous.component.command = sh -c "echo said \\u0062y $0"
`;

async function runWith(scene: ComponentScene, text: string) {
	await writeFile(join(scene.folder, "config.properties"), text);
	const env = {
		TANGLES_MONGO_URI: scene.mongoProxy.uri(true).replace("/?", `/${scene.database}?`),
		TANGLES_ZOOKEEPER: `${scene.locks.proxy.address}${scene.locks.chroot}`,
	};
	return await scene.command(["component", "Sampler", "-c", "config.properties"], env).ended();
}

test("an existing properties file is enough: blanks, escapes, continued lines, unknown keys", async () => {
	await using scene = await ComponentScene.create();
	const [id = ""] = await scene.archived(2);
	await scene.command(["batches", "event", id, "Other_Event", "--success"]).ended();
	const { code, out, err } = await runWith(scene, PROPERTIES);
	expect({ code, out }).toEqual({ code: 0, out: `Worked on ${id} successfully\n` });
	expect(err).toContain(`${id}: said by ${id}`);
	expect(err).not.toContain("doms.server");
	expect((await scene.batch(id)).events.at(-1)).toMatchObject({ type: "Batch_Sampled", agent: "Sampler-1.0" });
});

test("bad numbers in a properties file: 78, each with its line, and nothing is done", async () => {
	await using scene = await ComponentScene.create();
	const text = PROPERTIES.replace("maxThreads 2", "maxThreads two").replace("=60000", "=soon");
	const { code, out, err } = await runWith(scene, text);
	expect({ code, out }).toEqual({ code: 78, out: "" });
	expect(err).toContain("config.properties:7: autonomous.maxThreads: is not a whole number; expected digits only");
	expect(err).toContain("config.properties:9: autonomous.maxRuntimeForWorkers: is not a time");
});
