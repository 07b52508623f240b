import { describe, expect, test } from "bun:test";
import { keptLog, loadText } from "../../../support/config-folder.ts";

/** The keys that warnings name, with the keys they are taken for. */
async function told(text: string): Promise<unknown[]> {
	const log = keptLog();
	await loadText(text, { ending: ".properties", log });
	return log.lines.map(({ message, fields }) => [message, fields.key, fields.meant]);
}

describe("keys of other programs: no word", () => {
	const keys = [
		...["doms.server", "doms.username", "mfpak.postgres.url", "iterator.useFileSystem", "smtp.host", "hadoop.config"],
		...["ninestars.qa.path", "scape.fedora", "job.priority", "file.storage.path", "dissemination.folder", "delay.ms"],
		...["autonomous.sboi.url", "autonomous.batch.structure.folder", "autonomous.component.fedora.url"],
		...["autonomous.component.fedoraUrl", "autonomous.component.fedora", "autonomous.lockserver.timeout"],
		// Near to a key of ours by their letters, and somebody else's by their family.
		...["maxThreads", "eventID", "component.event", "lockserver.url", "mongo.uri", "autonomousX.maxThreads", "uri"],
		...["x", "über", "a b", "=", "password:secret", "k".repeat(500)].map((key) => key.replaceAll(/[ :=]/g, "\\$&")),
	];
	for (const key of keys) {
		test(key.slice(0, 40), async () => {
			expect(await told(`${key}=1\n`)).toEqual([]);
			expect(await told(`${key}=\n`)).toEqual([]);
		});
	}
});

describe("near misses inside our families: the meant key", () => {
	const rows: readonly (readonly [key: string, meant: string | undefined])[] = [
		["autonomous.maxThread", "autonomous.maxThreads"],
		["autonomous.maxthreads", "autonomous.maxThreads"],
		["Autonomous.maxThreads", "autonomous.maxThreads"],
		["autonomous.pastSuccesfulEvents", "autonomous.pastSuccessfulEvents"],
		["autonomous.pastEvents", undefined],
		["autonomous.futureEvent", "autonomous.futureEvents"],
		["autonomous.oldEvent", "autonomous.oldEvents"],
		["autonomous.itemtype", "autonomous.itemTypes"],
		["autonomous.lockServer.uri", "autonomous.lockserver.url"],
		["autonomous.pageSize", "autonomous.sboi.pageSize"],
		["autonomous.component.eventId", "autonomous.eventID"],
		["autonomous.component.maxThreads", "autonomous.maxThreads"],
		["autonomous.threadsPerBatch", "autonomous.component.threadsPerBatch"],
		["autonomous.component.comand", "autonomous.component.command"],
		["autonomous.maxRuntimeForWorker", "autonomous.maxRuntimeForWorkers"],
		["autonomous.pastFailedEvent", "autonomous.pastFailedEvents"],
		["tangles.mongo.url", "tangles.mongo.uri"],
		["tangles.database", "tangles.mongo.database"],
	];
	for (const [key, meant] of rows) {
		test(key, async () => {
			expect(await told(`${key}=1\n`)).toEqual(meant === undefined ? [] : [["unknown key", key, meant]]);
			expect(await told(`${key}=\n`)).toEqual([]);
		});
	}

	test("any key of tangles., which is nobody else's", async () => {
		expect(await told("tangles.faktory=tcp://h\n")).toEqual([["unknown key", "tangles.faktory", undefined]]);
	});
});

describe("the event has two names", () => {
	const load = async (text: string) => (await loadText(text, { ending: ".properties" })).components.get("*")?.event;

	test("either, or both with one value, or one of them blank", async () => {
		expect(await load("autonomous.eventID=A\n")).toBe("A");
		expect(await load("autonomous.eventID = A\nautonomous.component.event=A \n")).toBe("A");
		expect(await load("autonomous.eventID=\nautonomous.component.event=B\n")).toBe("B");
		expect(await load("autonomous.component.event=B\nautonomous.eventID=\n")).toBe("B");
	});

	test("of a key that stands twice the last one counts, also where it is blank", async () => {
		expect(await load("autonomous.eventID=A\nautonomous.eventID=\n")).toBeUndefined();
		expect(await load("autonomous.eventID=A\nautonomous.eventID=B\nautonomous.component.event=B\n")).toBe("B");
	});

	test("two values are a fault that names both lines", async () => {
		const loading = load("autonomous.component.event=B\n\nautonomous.eventID=A\n");
		await expect(loading).rejects.toThrow(
			"tangles.properties:3: autonomous.eventID: differs from autonomous.component.event on line 1; " +
				"expected one of the two, or the same in both",
		);
	});

	test("failed events cannot be asked for, and the fault says what to do", async () => {
		await expect(load("autonomous.pastFailedEvents=A,B\n")).rejects.toThrow(
			"tangles.properties:1: autonomous.pastFailedEvents: only events that succeeded can be asked for; expected no " +
				"value: take the key out, and have failed batches worked on again by `tangles batches restart`",
		);
		expect(await load("autonomous.pastFailedEvents=\nautonomous.eventID=A\n")).toBe("A");
	});
});
