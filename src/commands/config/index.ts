import type { Group } from "../../cli/command.ts";

export default {
	name: "config",
	verbs: {
		check: { summary: "every fault and warning of file and environment", load: () => import("./check.ts") },
		show: { summary: "what is in force, and where each value comes from", load: () => import("./show.ts") },
		example: { summary: "a commented file with every key", load: () => import("./example.ts") },
	},
} satisfies Group;
