import { errorOfRole, RoleProcess } from "../../../base/role-process.ts";
import type { TangleFields } from "../../tangles/tangle.ts";
import type { Grafter } from "../ports.ts";
import { GRAFTER, type GrafterAnswer, type GrafterOrder } from "./messages.ts";

/**
 * A grafter in a process of its own: this binary, started again. One that ended, or was in the middle of something
 * that was given up, is replaced by the next call. `handBackTo` is for `HandBack`.
 */
export function createGrafter(handBackTo: unknown): Grafter {
	let running = new GrafterProcess(handBackTo);
	let held: string | undefined;
	const alive = () => {
		if (!running.alive) {
			running = new GrafterProcess(handBackTo);
			if (held !== undefined) running.send({ do: "hold", jid: held });
		}
		return running;
	};
	return {
		hold: (jid) => {
			alive().send({ do: "hold", jid });
			held = jid;
		},
		release: () => {
			held = undefined;
			running.send({ do: "release" });
		},
		graft: (rootstocks, scions, signal) => alive().graft(rootstocks, scions, signal),
		close: () => running.end(),
	};
}

class GrafterProcess extends RoleProcess<GrafterOrder, GrafterAnswer> {
	constructor(handBackTo: unknown) {
		super(GRAFTER, "grafting");
		this.send({ do: "begin", handBackTo });
	}

	async *graft(
		rootstocks: readonly TangleFields[],
		scions: readonly TangleFields[],
		signal: AbortSignal,
	): AsyncGenerator<readonly TangleFields[], void, undefined> {
		let finished = false;
		try {
			this.send({ do: "graft", rootstocks, scions });
			while (!finished) {
				const answer = await this.next(signal);
				if (answer.is === "failed") {
					finished = true;
					throw errorOfRole(answer);
				}
				finished = answer.last;
				if (answer.tangles.length > 0) yield answer.tangles;
				if (!finished) this.send({ do: "more" });
			}
		} finally {
			// Its job was abandoned: further batches are not waited for by anybody.
			if (!finished) this.end();
		}
	}
}
