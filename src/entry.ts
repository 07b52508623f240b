import { becomeRole } from "./roles.ts";

// A hidden role loads nothing of the command line: it is started for each child, and must be quick.
if (!(await becomeRole(process.argv, () => process.exit()))) await import("./main.ts");
