import { access, constants, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Fault, isFault } from "../../base/fault.ts";
import { nearest } from "../../base/nearest.ts";
import { OWN_BINARY } from "../../base/own-binary.ts";
import { type Config, componentConfig } from "../../config/config.ts";
import { stoppedBy } from "../../line/batches/conditions.ts";
import { BUILTINS, builtinName } from "../../line/component/module/builtin.ts";
import { MODULE } from "../../line/component/module/role.ts";
import type { Component } from "../../line/component/ports.ts";
import type { ComponentSettings } from "../../line/component/settings.ts";
import { checkPathPart } from "../../locks/names.ts";
import { findProgram } from "../../locks/supervise/program.ts";

/** What stands in for a component that the config does not name, where a built-in module is its work. */
function ofBuiltin(name: string, stopEvent: string): ComponentSettings | undefined {
	const own = BUILTINS[name];
	if (own === undefined) return undefined;
	const standard = { version: "1.0", maxThreads: 1, queueLength: 1, maxRuntimeMs: 3_600_000, maxRunMs: undefined };
	const more = { threadsPerBatch: 1, maxResults: 1000, pageSize: 100, command: undefined };
	const unless = stoppedBy(stopEvent, own.conditions.past);
	return { ...own.conditions, unless, event: own.event, ...standard, ...more };
}

/**
 * The component of that name as file and module have it. Throws a usage fault for a name that cannot be part of a
 * lock's path, and a Fault "config" where nothing is configured under it, or no event.
 */
export function componentOf(config: Config, name: string, module: string | undefined): Component {
	checkPathPart(name);
	const own = builtinName(module ?? "");
	const settings =
		componentConfig(config, name) ?? (own === undefined ? undefined : ofBuiltin(own, config.batches.stopEvent));
	const file = config.file ?? "no config file";
	if (settings === undefined) {
		const near = nearest(name, [...config.components.keys()]);
		throw new Fault("config", `${file}: components: there is no component ${name}`, {
			hint: near === undefined ? `add components: { ${name}: { past: [..], event: .. } }` : `did you mean ${near}?`,
		});
	}
	const event = settings.event ?? (own === undefined ? undefined : BUILTINS[own]?.event);
	if (event === undefined) {
		throw new Fault("config", `${file}: components.${name}: it is not said which event it records`, {
			hint: `write event: TYPE (autonomous.component.event in a properties file)`,
		});
	}
	return { ...settings, name, event };
}

/** What says how a batch is worked on. */
interface Work {
	/** All that stood behind `--`. */
	readonly rest: readonly string[];
	readonly module: string | undefined;
	readonly path: string | undefined;
	readonly cwd: string;
}

/**
 * The work as a program with its arguments: what stands behind `--`, else the module, else the config's command. Throws
 * a Fault "usage" where two are given, "config" where none is or where it does not exist.
 */
export async function workCommand({ command, name }: Component, { rest, module, path, cwd }: Work): Promise<string[]> {
	if (rest.length > 0 && module !== undefined) {
		throw new Fault("usage", "both --module and a command are given", { hint: "give one of them" });
	}
	if (module !== undefined) return [OWN_BINARY, MODULE, await moduleFile(module, cwd)];
	const commandLine = rest.length > 0 ? rest : command;
	const [program, ...args] = commandLine ?? [];
	if (program === undefined) {
		throw new Fault("config", `components.${name}: it is not said what to run`, {
			hint: "give it behind --, by --module FILE, or as the key command (autonomous.component.command)",
		});
	}
	try {
		findProgram(program, path ?? "");
	} catch (error) {
		if (!isFault(error, "usage")) throw error;
		const { message, hint, kind } = error;
		// A program that the config names is a fault of the config.
		throw new Fault(rest.length > 0 ? kind : "config", `components.${name}: ${message}`, { hint });
	}
	return [program, ...args];
}

async function moduleFile(module: string, cwd: string): Promise<string> {
	const own = builtinName(module);
	if (own !== undefined) {
		if (Object.hasOwn(BUILTINS, own)) return module;
		const known = Object.keys(BUILTINS).map((name) => `builtin:${name}`);
		throw new Fault("usage", `there is no built-in module "${own}"`, { hint: `there is ${known.join(", ")}` });
	}
	const file = resolve(cwd, module);
	const hint = `give the path of a TypeScript file; tangles component NAME --new ${module} writes one`;
	let isFile: boolean;
	try {
		await access(file, constants.R_OK);
		isFile = (await stat(file)).isFile();
	} catch (cause) {
		throw new Fault("config", `--module ${module}: it cannot be read`, { hint, cause });
	}
	// Checked before a batch is taken: in the child it would fail the batch.
	if (!isFile) throw new Fault("config", `--module ${module}: it is a folder or a device, expected a file`, { hint });
	return file;
}
