import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { Fault, messageOf } from "../../base/fault.ts";

/** Linux reads so much of a file to find out what it is: BINPRM_BUF_SIZE. */
const HEAD_BYTES = 256;
/** Where execvp(3) searches without a PATH. */
const STANDARD_PATH = "/bin:/usr/bin";

const REASONS: Readonly<Record<string, string>> = {
	E2BIG: "its arguments and the environment are too long together",
	EACCES: "it may not be executed by this user",
	EISDIR: "it is a directory",
	ELIBBAD: "its loader is damaged",
	ELOOP: "there are too many symbolic links on the way to it",
	ENAMETOOLONG: "the name is too long",
	ENOENT: "no such command",
	ENOEXEC: "it is no program for this machine",
	ENOTDIR: "a part of its path is no directory",
	EPERM: "the system does not permit it",
	ETXTBSY: "it is being written",
};

const HINTS: Readonly<Record<string, string>> = {
	E2BIG: "give less on the command line, or unset what is not needed",
	EACCES: "chmod +x it; check the folders above it, and whether its file system is mounted noexec",
	ENOENT: "give the path of a program, or a name on the PATH",
	ETXTBSY: "try again once it is written",
};

/** Limits of the host, by the error of a process that exceeds one. */
const LIMITS: Readonly<Record<string, string>> = {
	EAGAIN: "no further process may be started: see `ulimit -u`, and the unit's TasksMax",
	ENOMEM: "there is no memory for another process: see `ulimit -v`, and the unit's MemoryMax",
	EMFILE: "too many files are open in tangles: see `ulimit -n`",
	ENFILE: "too many files are open on this host: see fs.file-max",
};

/** Errors after which execvp(3) searches the next folder of the PATH. */
const SEARCHED_ON: readonly (string | undefined)[] = ["ENOENT", "ENOTDIR", "EISDIR"];

/**
 * The program's file, found as execvp(3) finds it: a name with a slash is a path, any other is searched in `path`.
 * Throws a Fault "usage" that says what is wrong: nothing there, a folder, no right to execute, a missing interpreter.
 */
export function findProgram(program: string, path: string): string {
	if (program === "") throw new Fault("usage", "the command's name is empty", { hint: HINTS.ENOENT });
	let denied: unknown;
	for (const file of candidates(program, path)) {
		const fault = faultOf(file);
		if (fault === undefined) return checkInterpreter(program, file);
		if (program.includes("/") || !SEARCHED_ON.includes(fault.code)) denied ??= fault;
	}
	throw startFault(program, program, denied ?? { code: "ENOENT" });
}

/** The fault for what came of an attempt to start a program; `error` is the system's, by its `code`. */
export function startFault(program: string, file: string, error: unknown): Fault {
	const { code = "" } = error as NodeJS.ErrnoException;
	const limit = LIMITS[code];
	if (limit !== undefined) return new Fault("unreachable", `${program} cannot be started: ${limit}`);
	// The file was there a moment ago: what is missing is what it names.
	const missing = code === "ENOENT" && file !== program ? "it, or the loader that it names, is missing" : undefined;
	const reason = missing ?? REASONS[code] ?? (code === "" ? messageOf(error) : code);
	return new Fault("usage", `${program}: ${reason}`, { hint: HINTS[code] });
}

function candidates(program: string, path: string): string[] {
	if (program.includes("/")) return [program];
	return (path === "" ? STANDARD_PATH : path).split(":").map((folder) => join(folder === "" ? "." : folder, program));
}

/** Why a file cannot be executed, or undefined. */
function faultOf(file: string): NodeJS.ErrnoException | undefined {
	const of = (code: string) => Object.assign(new Error(code), { code });
	try {
		const stat = statSync(file);
		if (stat.isDirectory()) return of("EISDIR");
		accessSync(file, constants.X_OK);
		return stat.isFile() ? undefined : of("EACCES");
	} catch (error) {
		return error as NodeJS.ErrnoException;
	}
}

/** A script whose `#!` names what is not there gives ENOENT, as if the script itself were missing. */
function checkInterpreter(program: string, file: string): string {
	const [first = ""] = head(file).split("\n", 1);
	const interpreter = /^#![ \t]*([^\s\0]+)/.exec(first)?.[1];
	if (interpreter === undefined) return file;
	if (first.endsWith("\r")) {
		const hint = "write it with Unix line ends: sed -i 's/\\r$//' FILE";
		throw new Fault("usage", `${program}: missing interpreter "${interpreter}\\r": its lines end as on Windows`, {
			hint,
		});
	}
	const fault = faultOf(interpreter);
	if (fault === undefined) return file;
	const code = fault.code ?? "";
	const why =
		code === "ENOENT" ? `missing interpreter ${interpreter}` : `interpreter ${interpreter}: ${REASONS[code] ?? code}`;
	throw new Fault("usage", `${program}: ${why}`, {
		hint: "install it, or name another one after #! in its first line",
	});
}

/** True where the first line has a null byte: by this shells know that a file is not a script. */
export function isBinary(file: string): boolean {
	return head(file).split("\n", 1)[0]?.includes("\0") === true;
}

/** The file's first bytes; none where it may be executed but not read. */
function head(file: string): string {
	let descriptor: number;
	try {
		descriptor = openSync(file, "r");
	} catch {
		return "";
	}
	try {
		const bytes = Buffer.alloc(HEAD_BYTES);
		return bytes.toString("latin1", 0, readSync(descriptor, bytes));
	} catch {
		return "";
	} finally {
		closeSync(descriptor);
	}
}
