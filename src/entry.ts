import { becomeRole } from "./roles.ts";

/** Most runs have ended by then: a component that finds nothing ready, a lock's short command. */
const START_MS = 250;

// The binary is built to compile nothing at its start (scripts/build): code that runs once or twice is not worth it.
setTimeout(() => Bun.unsafe.setJITPolicy(1), START_MS).unref();

// A hidden role loads nothing of the command line: it is started for each child, and must be quick.
if (!(await becomeRole(process.argv, () => process.exit()))) await import("./main.ts");
