import { LONGEST_TIMER_MS } from "../../base/timer.ts";
import { ANY_COMPONENT } from "../config.ts";
import { Wrong } from "../values/wrong.ts";
import { splitWords } from "./split-words.ts";
import type { Value } from "./tree.ts";

/** A property: the key of YAML it stands for, and how its text becomes that key's value. */
export interface Property {
	readonly path: readonly string[];
	readonly read: (text: string) => Value | Wrong;
}

const text = (value: string): string => value;

function list(value: string): Value {
	return value
		.split(",")
		.map((part) => part.trim())
		.filter((part) => part !== "");
}

function whole(value: string): number | Wrong {
	return /^-?\d{1,15}$/.test(value) ? Number(value) : new Wrong("is not a whole number; expected digits only");
}

function milliseconds(value: string): string | Wrong {
	if (!/^\d{1,19}$/.test(value) || Number(value) === 0) {
		return new Wrong("is not a time; expected a whole number of milliseconds, 1 or more");
	}
	// Existing files write a huge number for "no limit".
	return `${Math.min(Number(value), LONGEST_TIMER_MS)}ms`;
}

function truth(value: string): boolean | Wrong {
	if (/^(?:true|false)$/.test(value)) return value === "true";
	return new Wrong("is not a truth value; expected true or false");
}

function words(value: string): Value | Wrong {
	return splitWords(value) ?? new Wrong('has a double quote that is not closed; expected prog arg "two words"');
}

function noFailedEvents(): Wrong {
	return new Wrong(
		"only events that succeeded can be asked for; expected no value: take the key out, " +
			"and have failed batches worked on again by `tangles batches restart`",
	);
}

const component = (key: string, read: Property["read"]): Property => ({
	path: ["components", ANY_COMPONENT, key],
	read,
});

const zookeeper = (key: string, read: Property["read"]): Property => ({
	path: ["zookeeper-connection-info", key],
	read,
});

/**
 * Every property that is read; the first group is the existing components', as their files have it. Two may stand for
 * one key: both given must say the same. What `read` never accepts is a key that may only be blank.
 */
export const PROPERTIES: ReadonlyMap<string, Property> = new Map([
	["autonomous.lockserver.url", zookeeper("connect", text)],
	["autonomous.pastSuccessfulEvents", component("past", list)],
	["autonomous.futureEvents", component("future", list)],
	["autonomous.oldEvents", component("old", list)],
	["autonomous.pastFailedEvents", component("past-failed", noFailedEvents)],
	["autonomous.itemTypes", component("types", list)],
	["autonomous.sboi.pageSize", component("page-size", whole)],
	["autonomous.eventID", component("event", text)],
	["autonomous.maxThreads", component("max-threads", whole)],
	["autonomous.workQueueSize", component("queue-length", whole)],
	["autonomous.simultaneousProcesses", component("simultaneous-processes", whole)],
	// The locking design of the existing framework has it without a family.
	["simultaneousProcesses", component("simultaneous-processes", whole)],
	["autonomous.maxRuntimeForWorkers", component("max-run", milliseconds)],
	["autonomous.component.threadsPerBatch", component("threads-per-batch", whole)],
	["autonomous.component.maxResults", component("max-results", whole)],

	["autonomous.component.version", component("version", text)],
	["autonomous.component.event", component("event", text)],
	["autonomous.component.command", component("command", words)],
	["tangles.batches.stopEvent", { path: ["batches", "stop-event"], read: text }],
	["tangles.mongo.uri", { path: ["db-connection-info", "uri"], read: text }],
	["tangles.mongo.database", { path: ["db-connection-info", "database"], read: text }],
	["tangles.zookeeper.authFile", zookeeper("auth-file", text)],
	["tangles.zookeeper.tls", zookeeper("tls", truth)],
	["tangles.zookeeper.tlsCaFile", zookeeper("tls-ca-file", text)],
	["tangles.zookeeper.tlsCertFile", zookeeper("tls-cert-file", text)],
	["tangles.zookeeper.tlsKeyFile", zookeeper("tls-key-file", text)],
]);
