import { expect, test } from "bun:test";
import { findProgram, startFault } from "../../../../src/locks/supervise/program.ts";

test.each([
	["EAGAIN", "unreachable", "ulimit -u"],
	["ENOMEM", "unreachable", "no memory"],
	["EMFILE", "unreachable", "ulimit -n"],
	["ENFILE", "unreachable", "fs.file-max"],
	["E2BIG", "usage", "too long together"],
	["ETXTBSY", "usage", "it is being written"],
	["ENOEXEC", "usage", "no program for this machine"],
	["EIO", "usage", "EIO"],
] as const)("%s: a fault of kind %s that says %s", (code, kind, text) => {
	const fault = startFault("prog", "/bin/prog", { code });
	expect({ kind: fault.kind, message: fault.message }).toEqual({ kind, message: expect.stringContaining(text) });
});

test("a name is looked for along the PATH, a path is taken as it is, an empty PATH has the standard one", () => {
	expect(findProgram("sh", "/nowhere:/bin")).toBe("/bin/sh");
	expect(findProgram("/bin/sh", "/nowhere")).toBe("/bin/sh");
	expect(findProgram("sh", "")).toMatch(/^\/(?:usr\/)?bin\/sh$/);
	expect(() => findProgram("", "/bin")).toThrow("the command's name is empty");
	expect(() => findProgram("etc", "/")).toThrow("etc: no such command");
});
