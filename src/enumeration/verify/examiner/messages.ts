import type { RoleFailure } from "../../../base/role-process.ts";
import type { Examined, ExamineTask } from "../examine.ts";

/** First argument by which the binary becomes an examiner; no command can have this name. */
export const EXAMINER = ":examiner";

/** From the run to an examiner. */
export type ExaminerOrder =
	/** The first message: where the tangles are. */
	| { readonly do: "begin"; readonly source: unknown }
	| { readonly do: "examine"; readonly task: ExamineTask }
	/** There is room for another batch. */
	| { readonly do: "more" };

/** From an examiner to the run. */
export type ExaminerAnswer =
	| { readonly is: "batch"; readonly examined: Examined }
	| { readonly is: "done" }
	| { readonly is: "line"; readonly level: "debug" | "info" | "warn" | "error"; readonly message: string }
	| RoleFailure;
