import type { Group, Verb } from "../../cli/command.ts";

const ls: Verb = { summary: "how many there are in each state", load: () => import("./ls.ts") };

export default {
	name: "jobs",
	standard: ls,
	verbs: {
		ls,
		requeue: { summary: "try jobs that failed again, now", load: () => import("./requeue.ts") },
		discard: { summary: "delete jobs that failed", load: () => import("./discard.ts") },
	},
} satisfies Group;
