import * as v from "valibot";
import { stoppedBy } from "../../line/batches/conditions.ts";
import type { ComponentSettings } from "../../line/component/settings.ts";
import { isPathPart } from "../../locks/names.ts";
import { ANY_COMPONENT } from "../config.ts";
import { isMap } from "../formats/tree.ts";
import type { ReaderContext } from "../reader-context.ts";
import { shownKey } from "../values/describe-value.ts";
import { duration, MOST_32_BITS, name, names, text, wholeNumber } from "../values/schemas.ts";
import { Section } from "./section.ts";

const count = wholeNumber(1, MOST_32_BITS);

export const COMPONENT_KEYS = {
	past: names,
	future: names,
	old: names,
	types: names,
	event: name,
	version: v.pipe(name, v.metadata({ asWritten: true })),
	"max-threads": count,
	"queue-length": count,
	"simultaneous-processes": count,
	simultaneousProcesses: count,
	"max-runtime": duration,
	"max-run": duration,
	"threads-per-batch": count,
	"max-results": wholeNumber(0, MOST_32_BITS),
	"page-size": count,
	command: v.pipe(
		v.array(
			v.pipe(
				text,
				v.check((word) => !word.includes("\0"), "holds a NUL byte; expected text"),
			),
			"is not a list; expected a program and its arguments, such as [prog, arg]",
		),
		v.check((words) => (words[0] ?? "").trim() !== "", "names no program; expected a program and its arguments"),
		v.metadata({ asWritten: true }),
	),
};

/** A component's name is a part of its locks' paths. */
const isLegalName = (name: string) => isPathPart(name) && !/^ | $/.test(name);

const HOUR_MS = 3_600_000;

/**
 * How many children at once, by either of the key's names: the hyphened one, and the one that the locking design of
 * the existing framework has. Both must say the same.
 */
function readProcesses(section: Section<typeof COMPONENT_KEYS>): number {
	const processes = section.get("simultaneous-processes");
	const same = section.get("simultaneousProcesses");
	if (processes !== undefined && same !== undefined && processes !== same) {
		section.fault(
			["simultaneousProcesses"],
			`is not ${processes} as simultaneous-processes is; expected one of the two, or the same in both (found ${same})`,
		);
	}
	return processes ?? same ?? 1;
}

/** `maxRunMs`: how long a run may take where the file does not say; undefined for no limit. */
interface Otherwise {
	readonly stopEvent: string;
	readonly maxRunMs: number | undefined;
}

function readComponent(section: Section<typeof COMPONENT_KEYS>, otherwise: Otherwise): ComponentSettings {
	const processes = readProcesses(section);
	const past = section.or("past", []);
	const maxRunMs = section.get("max-run") ?? otherwise.maxRunMs;
	return {
		past,
		unless: stoppedBy(otherwise.stopEvent, past),
		future: section.or("future", []),
		old: section.or("old", []),
		types: section.or("types", []),
		event: section.get("event"),
		version: section.or("version", "1.0"),
		maxThreads: section.or("max-threads", processes),
		queueLength: section.or("queue-length", processes),
		// Where only the run's time is given, one batch may have all of it.
		maxRuntimeMs: section.or("max-runtime", maxRunMs ?? HOUR_MS),
		maxRunMs,
		threadsPerBatch: section.or("threads-per-batch", 1),
		maxResults: section.or("max-results", 1000),
		pageSize: section.or("page-size", 100),
		command: section.get("command"),
	};
}

/** The components' settings, by name. `stopEvent`: the type of event that stops a batch. */
export function readComponents(context: ReaderContext, stopEvent: string): Map<string, ComponentSettings> {
	const components = new Map<string, ComponentSettings>();
	const given = context.tree.root.components;
	if (!isMap(given)) {
		// A section without keys reports what else stands in its place.
		new Section(context, ["components"], {});
		return components;
	}
	for (const name of Object.keys(given)) {
		const own = { ...context, findings: context.findings.ofComponent(name) };
		const section = new Section(own, ["components", name], COMPONENT_KEYS);
		if (!isLegalName(name)) {
			section.fault(
				[],
				`is not a component's name; expected text without / and blanks at its ends that ZooKeeper can hold in a path (found ${shownKey(name)})`,
			);
		}
		// The existing framework, whose properties files these are, ends every run after an hour.
		const maxRunMs = name === ANY_COMPONENT ? HOUR_MS : undefined;
		components.set(name, readComponent(section, { stopEvent, maxRunMs }));
	}
	return components;
}
