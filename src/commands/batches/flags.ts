import { hostname } from "node:os";
import { Fault } from "../../base/fault.ts";
import type { Context } from "../../cli/command.ts";
import type { Note } from "../../line/batches/batch.ts";
import { userName } from "../shared/user-name.ts";

/** Flags and arguments that several verbs of `batches` share. */
export const DRY_RUN = {
	"dry-run": { type: "boolean", description: "say what would be changed, and change nothing" },
} as const;

export const ID = {
	id: { type: "positional", required: true, description: "full id, such as B400022028241-RT1" },
} as const;

/** `ID` where flags may choose many batches in its place. */
export const ID_OF_ONE = { id: { ...ID.id, required: false } } as const;

export const REASON = {
	reason: { type: "string", valueHint: "TEXT", description: "why, for the history; asked for on a terminal" },
} as const;

/** Who runs this command, as an event's agent. */
export const agentHere = () => `${personHere()} via tangles batches`;

const personHere = () => `${userName()}@${hostname()}`;

/** The same, where many batches are changed: there must be a reason. Throws a usage fault where there is none. */
export async function noteOfMany(
	context: Pick<Context<Record<never, never>>, "askFor">,
	asked: Parameters<typeof noteOf>[1],
): Promise<Note> {
	const note = await noteOf(context, asked);
	if (note.reason !== "" || asked.dryRun) return note;
	throw new Fault("usage", "--reason is missing", { hint: "say why many batches are to be changed: --reason TEXT" });
}

/** Who takes events away or puts them back, now, and why: as `--reason` says, or whoever is at the terminal. */
export async function noteOf(
	{ askFor }: Pick<Context<Record<never, never>>, "askFor">,
	{ reason, dryRun }: { readonly reason: string | undefined; readonly dryRun: boolean },
): Promise<Note> {
	const given = reason ?? (dryRun ? undefined : await askFor("why? (for the history; may be empty)")) ?? "";
	return { by: personHere(), time: new Date(), reason: given };
}
