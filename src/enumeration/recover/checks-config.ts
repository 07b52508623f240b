import { type CounterBaseline, STATE } from "../stencils/ports.ts";
import { type CollectionSnapshot, type ConfigSnapshot, numbersOf } from "../stencils/snapshot.ts";
import { MOST_TCN } from "../stencils/stencils.ts";
import type { Finding, FindingKind, Repair } from "./findings.ts";

/** What the config document says, where it can be relied on. */
export interface SoundConfig {
	readonly completedTcn: number;
	readonly maxTcn: number;
	readonly epoch: number;
	readonly baseline: CounterBaseline | undefined;
}

export interface CheckedConfig {
	/** Undefined where nothing in the collection may be changed before a person has repaired the config document. */
	readonly sound: SoundConfig | undefined;
	readonly findings: readonly Finding[];
}

const finding = (kind: FindingKind, wrong: string, repair: Repair): Finding => ({
	...{ kind, key: "config", document: "config", stencil: "" },
	...{ wrong, repair },
});

/** Largest TCN up to which every stencil there is is complete; 1 where none is. */
function completeUpTo({ stencils }: CollectionSnapshot): number {
	const open = stencils.filter(({ state }) => state !== STATE.complete).map(({ tcn }) => tcn ?? 0);
	const complete = stencils.flatMap((stencil) =>
		stencil.state === STATE.complete ? (numbersOf(stencil)?.tcn ?? []) : [],
	);
	return Math.max(1, ...complete.filter((tcn) => open.every((other) => other > tcn)));
}

function missing(snapshot: CollectionSnapshot): Finding {
	const most = Math.max(0, ...snapshot.stencils.map((stencil) => numbersOf(stencil)?.tcn ?? 0));
	const n = completeUpTo(snapshot);
	const shape = '{_id: "config", current_completed_tcn: N, max_tcn: M}';
	const completed =
		n === 1
			? "no TCN is pushed completely, so N is 1"
			: `all jobs up to TCN ${n} are pushed: N is ${n} where the workers have finished them, else ${n - 1}`;
	return finding("config-missing", "there is no config document", {
		do: "ask",
		how: `insert ${shape}: by its stencils, ${completed}; M was ${most} or more`,
	});
}

function counters(config: ConfigSnapshot, n: number): Finding[] {
	const wrong = config.wrong.find(({ field }) => field === "work")?.text;
	const ahead = config.baseline !== undefined && config.baseline.tcn > n + 1;
	if (wrong === undefined && !ahead) return [];
	const text = wrong ?? `the server's counters are noted for TCN ${config.baseline?.tcn}, which is not begun`;
	return [finding("config-counters", text, { do: "drop-counters" })];
}

/** Epochs only grow: where a stencil's is ahead, the config document is an older one than it was, or a new one. */
function epochBehind({ stencils }: CollectionSnapshot, epoch: number): Finding[] {
	const ahead = stencils.filter((stencil) => (stencil.epoch ?? 0) > epoch);
	const furthest = Math.max(0, ...ahead.map((stencil) => stencil.epoch ?? 0));
	const name = ahead.find((stencil) => stencil.epoch === furthest)?.name;
	if (name === undefined) return [];
	const more = ahead.length > 1 ? ` (${ahead.length - 1} more are ahead too)` : "";
	const text = `its epoch is ${epoch}, behind that of stencil ${name}, ${furthest}${more}`;
	return [finding("epoch-behind", text, { do: "raise-epoch", to: furthest })];
}

/** Checks the config document. */
export function checkConfig(snapshot: CollectionSnapshot): CheckedConfig {
	const { config } = snapshot;
	if (config === undefined) return { sound: undefined, findings: [missing(snapshot)] };
	const { completedTcn, maxTcn, epoch } = config;
	if (completedTcn === undefined || maxTcn === undefined || epoch === undefined) {
		const wrong = config.wrong.filter(({ field }) => field !== "work").map(({ text }) => text);
		const how = "set it to the number that it must be";
		return { sound: undefined, findings: [finding("config-malformed", wrong.join("; "), { do: "ask", how })] };
	}
	if (config.wrong.some(({ field }) => field === "restart")) {
		const text = config.wrong.map((wrong) => wrong.text).join("; ");
		const how = "`restart` is the TCN of an unfinished --restart-tcn: set it to that, or remove it";
		return { sound: undefined, findings: [finding("config-malformed", text, { do: "ask", how })] };
	}
	if (maxTcn < completedTcn) {
		const how = "set max_tcn, or set current_completed_tcn back to the TCN up to which all is done";
		const text = `max_tcn is ${maxTcn}, less than current_completed_tcn, ${completedTcn}`;
		return { sound: undefined, findings: [finding("config-max", text, { do: "ask", how })] };
	}
	if (maxTcn > MOST_TCN) {
		const how = `set max_tcn to ${MOST_TCN} or less`;
		return { sound: undefined, findings: [finding("config-max", `max_tcn is ${maxTcn}`, { do: "ask", how })] };
	}
	return {
		sound: { completedTcn, maxTcn, epoch, baseline: config.baseline },
		findings: [...epochBehind(snapshot, epoch), ...counters(config, completedTcn)],
	};
}
