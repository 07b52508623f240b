import { isFault } from "../../base/fault.ts";
import type { StationDirectory } from "./ports.ts";
import type { StationRun } from "./run.ts";

/** A run that has failed tries so long to leave a note of it. */
const LAST_NOTE_MS = 5000;

/** The kind of the fault that a run ended with, for its note. */
const kindOf = (error: unknown): string => (isFault(error) ? error.kind : "unforeseen");

/**
 * Runs `work`, and notes how the run has ended; where `work` calls `began`, because it has taken something, it
 * notes that it works too. Throws what `work` throws; `missed` is then given what keeps the note from being written.
 */
export async function noteRun(
	directory: Pick<StationDirectory, "note">,
	run: StationRun,
	work: (began: () => void) => Promise<void>,
	missed: (error: unknown) => void,
): Promise<void> {
	let first: Promise<void> | undefined;
	const began = () => {
		first ??= directory.note(run);
		// Awaited below, and thrown there.
		first.catch(() => {});
	};
	try {
		await work(began);
	} catch (error) {
		try {
			await first;
			const note = { ...run, end: new Date(), outcome: kindOf(error) };
			await directory.note(note, AbortSignal.timeout(LAST_NOTE_MS));
		} catch (trouble) {
			missed(trouble);
		}
		throw error;
	}
	await first;
	await directory.note({ ...run, end: new Date(), outcome: first === undefined ? "nothing ready" : "worked" });
}
