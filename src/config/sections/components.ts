import * as v from "valibot";
import type { ComponentSettings } from "../../line/component/settings.ts";
import { isPathPart } from "../../locks/names.ts";
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
	"max-runtime": duration,
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

function readComponent(section: Section<typeof COMPONENT_KEYS>): ComponentSettings {
	return {
		past: section.or("past", []),
		future: section.or("future", []),
		old: section.or("old", []),
		types: section.or("types", []),
		event: section.get("event"),
		version: section.or("version", "1.0"),
		maxThreads: section.or("max-threads", 1),
		queueLength: section.or("queue-length", 1),
		maxRuntimeMs: section.or("max-runtime", 3_600_000),
		threadsPerBatch: section.or("threads-per-batch", 1),
		maxResults: section.or("max-results", 1000),
		pageSize: section.or("page-size", 100),
		command: section.get("command"),
	};
}

/** The components' settings, by name. */
export function readComponents(context: ReaderContext): Map<string, ComponentSettings> {
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
		components.set(name, readComponent(section));
	}
	return components;
}
