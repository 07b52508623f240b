import {
	accessSync,
	constants,
	mkdirSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	rmdirSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Containment, Pass } from "./containment.ts";
import { hasEnded, livesStill, type Process, readProcess } from "./process-tree.ts";
import { sendSignal } from "./signals.ts";

/**
 * The files of a cgroup v2 that are used here: Documentation/admin-guide/cgroup-v2.rst of Linux, "Core Interface
 * Files".
 */
const PROCS = "cgroup.procs";
const EVENTS = "cgroup.events";
const FREEZE = "cgroup.freeze";
const KILL = "cgroup.kill";
/** Ours: `tangles-<pid namespace>-<pid of the supervisor>-<its start, in ticks>`. */
const NAME = /^tangles-(\d+)-(\d+)-(\d+)$/;

/** A cgroup of ours, as a directory. */
export type CgroupPlace = string;

/** The directory of the cgroup v2 that this process is in, or undefined where none is mounted. proc(5), cgroups(7). */
export function ownCgroup(proc = "/proc/self"): string | undefined {
	const own = /^0::(\/.*)$/m.exec(read(join(proc, "cgroup")) ?? "")?.[1];
	if (own === undefined) return undefined;
	for (const line of (read(join(proc, "mountinfo")) ?? "").split("\n")) {
		const [before = "", after] = line.split(" - ");
		if (after?.split(" ", 1)[0] !== "cgroup2") continue;
		const [, , , root = "/", mount = ""] = before.split(" ");
		// A mount may show a part of the tree only: that of a container.
		if (root === "/") return join(mount, own);
		if (own === root || own.startsWith(`${root}/`)) return join(mount, own.slice(root.length));
	}
	return undefined;
}

/** The directory in which a cgroup may be made, or undefined where this process may make none. */
export function cgroupParent(): string | undefined {
	const own = ownCgroup();
	if (own === undefined) return undefined;
	try {
		accessSync(own, constants.W_OK);
		// To move a process takes the right to write to the common ancestor's list.
		accessSync(join(own, PROCS), constants.W_OK);
		return own;
	} catch {
		// Not delegated to us, read-only, or hidden: the next layer is used.
		return undefined;
	}
}

/** Makes a cgroup in `parent` for this process's child; undefined where the system refuses it after all. */
export function makeCgroup(parent: string): CgroupPlace | undefined {
	const self = readProcess(process.pid);
	if (self === undefined) return undefined;
	const place = join(parent, `tangles-${pidNamespace()}-${self.pid}-${self.startedAt}`);
	try {
		mkdirSync(place);
		// Before Linux 5.2 a cgroup could not be frozen.
		accessSync(join(place, FREEZE), constants.W_OK);
		return place;
	} catch {
		removeCgroup(place);
		return undefined;
	}
}

/** A pid says nothing in another namespace: two containers may see one cgroup directory. */
function pidNamespace(): string {
	return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
}

/** Removes an empty cgroup with those that the work has made in it; one that is not empty stays as it is. */
export function removeCgroup(place: CgroupPlace): void {
	for (const each of cgroupsBelow(place).reverse()) {
		try {
			rmdirSync(each);
		} catch {
			// The next run on this host that finds it without its supervisor takes it away: `sweepCgroups`.
		}
	}
}

/**
 * Kills and removes what earlier runs on this host have left in `parent`: cgroups of ours whose supervisor is gone,
 * because both of its processes were killed at once. Returns the processes that were found alive.
 */
export function sweepCgroups(parent: string): Process[] {
	const found: Process[] = [];
	const namespace = pidNamespace();
	for (const name of readdirSync(parent)) {
		const [, space, pid, startedAt] = NAME.exec(name) ?? [];
		if (space !== namespace || livesStill({ pid: Number(pid), startedAt: Number(startedAt) })) continue;
		const left = new CgroupContainment(join(parent, name));
		found.push(...left.members());
		left.kill();
		left.remove();
	}
	return found;
}

/** A cgroup v2 of its own: the kernel freezes and kills everything inside at once, processes of every user included. */
export class CgroupContainment implements Containment {
	readonly layer = "cgroup";
	readonly place: CgroupPlace;

	constructor(place: CgroupPlace) {
		this.place = place;
	}

	/** Those of cgroups below it that the work has made included. */
	members(): Process[] {
		if (this.#empty()) return [];
		return cgroupsBelow(this.place)
			.flatMap((place) => (read(join(place, PROCS)) ?? "").split("\n"))
			.map((line) => readProcess(Number(line)))
			.filter((process): process is Process => process !== undefined && !hasEnded(process));
	}

	freeze(): Pass {
		if (this.#write(FREEZE, "1")) return { settled: this.#event("frozen") !== "0", refused: [] };
		return { settled: true, refused: this.signalAll("SIGSTOP") };
	}

	thaw(): void {
		if (!this.#write(FREEZE, "0")) this.signalAll("SIGCONT");
	}

	kill(): Pass {
		if (this.#empty()) return { settled: true, refused: [] };
		let refused: Process[] = [];
		if (!this.#write(KILL, "1")) refused = this.#killEach();
		return { settled: this.#empty(), refused };
	}

	signalAll(signal: NodeJS.Signals): readonly Process[] {
		return this.members().filter(({ pid }) => sendSignal(pid, signal) === "refused");
	}

	remove(): void {
		removeCgroup(this.place);
	}

	/** Before Linux 5.14 there is no cgroup.kill. Frozen, nothing inside can fork; a frozen process can be killed. */
	#killEach(): Process[] {
		this.#write(FREEZE, "1");
		return [...this.signalAll("SIGKILL")];
	}

	#empty(): boolean {
		return this.#event("populated") !== "1";
	}

	/** The value of a key of cgroup.events; undefined where the cgroup is gone: it was empty then. */
	#event(key: string): string | undefined {
		return new RegExp(`^${key} (\\d)$`, "m").exec(read(join(this.place, EVENTS)) ?? "")?.[1];
	}

	/** False where the kernel does not offer that file, or refuses it: signals are used then. */
	#write(file: string, value: string): boolean {
		try {
			// Never creates: a file that the kernel does not offer must not be made.
			writeFileSync(join(this.place, file), value, { flag: "r+" });
			return true;
		} catch {
			return false;
		}
	}
}

function cgroupsBelow(place: string): string[] {
	const below = (() => {
		try {
			return readdirSync(place, { withFileTypes: true }).filter((entry) => entry.isDirectory());
		} catch {
			return [];
		}
	})();
	return [place, ...below.flatMap(({ name }) => cgroupsBelow(join(place, name)))];
}

/** The file's text, or undefined where it cannot be read. */
function read(file: string): string | undefined {
	try {
		return readFileSync(file, "latin1");
	} catch {
		return undefined;
	}
}
