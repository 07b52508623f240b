import type { Group } from "../../cli/command.ts";

export default {
	name: "batches",
	verbs: {
		ls: { summary: "which batches are ready, by the query of a component", load: () => import("./ls.ts") },
		show: { summary: "one batch and its timeline", load: () => import("./show.ts") },
		add: { summary: "a new batch, or many from stdin", load: () => import("./add.ts") },
		receive: { summary: "deliveries in a folder become batches", load: () => import("./receive.ts") },
		touch: { summary: "the content of a batch has changed", load: () => import("./touch.ts") },
		event: { summary: "record by hand what happened to a batch", load: () => import("./event.ts") },
		prioritize: { summary: "put a batch first, or take that back", load: () => import("./prioritize.ts") },
		restart: { summary: "run the line again from where it failed", load: () => import("./restart.ts") },
		"rm-event": { summary: "remove all events of a type", load: () => import("./rm-event.ts") },
		overdue: { summary: "what should have happened and did not; exit 1", load: () => import("./overdue.ts") },
		undo: { summary: "put back what was last taken away", load: () => import("./undo.ts") },
	},
} satisfies Group;
