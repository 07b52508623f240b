import { EXAMINER } from "./enumeration/verify/examiner/messages.ts";
import { GRAFTER } from "./enumeration/work/grafter/messages.ts";
import { MODULE } from "./line/component/module/role.ts";
import { REPORT_READER } from "./line/component/report-file/role.ts";
import { SUPERVISOR } from "./locks/supervise/messages.ts";

/**
 * The binary's hidden roles, by the first argument that no command can have: a process that tangles starts takes one of
 * them. Each resolves when it has nothing more to start; `true` means that the process is ended then, even with sockets
 * or timers open.
 */
const ROLES: Readonly<Record<string, (words: readonly string[], exit: () => void) => Promise<boolean>>> = {
	[SUPERVISOR]: async ([setup = ""], exit) => {
		const { becomeSupervisor } = await import("./locks/supervise/become-supervisor.ts");
		becomeSupervisor(JSON.parse(setup), exit);
		return false;
	},
	[MODULE]: async ([file = ""]) => {
		const { runModule } = await import("./line/component/module/run.ts");
		await runModule(file, process.env);
		return true;
	},
	[REPORT_READER]: async ([file = "", most = ""]) => {
		const { becomeReportReader } = await import("./line/component/report-file/parse.ts");
		await becomeReportReader(file, most);
		return false;
	},
	[GRAFTER]: async (_, exit) => {
		const { becomeGrafter } = await import("./commands/work/grafter.ts");
		becomeGrafter(exit);
		return false;
	},
	[EXAMINER]: async (_, exit) => {
		const { becomeExaminer } = await import("./commands/verify/examiner.ts");
		becomeExaminer(exit);
		return false;
	},
};

/** Becomes the role that `argv` names; false where it names none, which is a command of a user's. */
export async function becomeRole([, , name = "", ...words]: readonly string[], exit: () => void): Promise<boolean> {
	const role = Object.hasOwn(ROLES, name) ? ROLES[name] : undefined;
	if (role === undefined) return false;
	if (await role(words, exit)) exit();
	return true;
}
