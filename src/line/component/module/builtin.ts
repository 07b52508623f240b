import type { Conditions } from "../../batches/batch.ts";
import type { BatchModule } from "./role.ts";

const PREFIX = "builtin:";

/** A module that comes with the binary, and the place of its component in the line unless the config says otherwise. */
interface Builtin {
	readonly conditions: Conditions;
	readonly event: string;
	readonly load: () => Promise<{ default: BatchModule }>;
}

export const BUILTINS: Readonly<Record<string, Builtin>> = {
	sample: {
		conditions: { past: ["Data_Archived"], future: ["Batch_Sampled"], old: [], types: [] },
		event: "Batch_Sampled",
		load: () => import("./sample.ts"),
	},
	approver: {
		conditions: { past: ["Data_Archived"], future: ["Roundtrip_Approved", "Manually_stopped"], old: [], types: [] },
		event: "Roundtrip_Approved",
		load: () => import("./approver.ts"),
	},
};

/** The name of a built-in module, or undefined where `file` is the path of a file. */
export function builtinName(file: string): string | undefined {
	return file.startsWith(PREFIX) ? file.slice(PREFIX.length) : undefined;
}

/** The built-in module; undefined where `file` is the path of a file. */
export async function builtin(file: string): Promise<BatchModule | undefined> {
	const name = builtinName(file);
	return name === undefined ? undefined : (await BUILTINS[name]?.load())?.default;
}
