import type { Group } from "../../cli/command.ts";

export default {
	name: "locks",
	verbs: {
		ls: { summary: "every lock: holder, since when, token, who waits", load: () => import("./ls.ts") },
		show: { summary: "one lock: its queue in order, each node's data", load: () => import("./show.ts") },
		exec: { summary: "run a command while holding a lock", load: () => import("./exec.ts") },
		wait: { summary: "wait until nobody holds a lock", load: () => import("./wait.ts") },
		watch: { summary: "each change of the locks as it happens", load: () => import("./watch.ts") },
		break: { summary: "take a lock away from its holder", load: () => import("./break.ts") },
		prune: { summary: "remove directories that dead locks left", load: () => import("./prune.ts") },
	},
} satisfies Group;
