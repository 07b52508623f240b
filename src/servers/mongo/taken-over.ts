import { Fault } from "../../base/fault.ts";

/** The Fault of a run that finds a later one's epoch in `collection`. */
export function takenOver(collection: string, epoch: number, ours: number): Fault {
	return new Fault("lost", `another producer has taken over ${collection} (epoch ${epoch}, ours was ${ours})`, {
		hint: "only one producer runs on a collection; this one stopped and has changed nothing since",
	});
}
