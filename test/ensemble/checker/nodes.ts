import type { Section } from "./history.ts";

export interface BothNodes {
	/** Sections of tangles under which the leader showed the flat node and the lease, of one session. */
	readonly both: number;
	/** Sections of tangles that had ended before the leader answered, or while there was no leader to ask. */
	readonly notSeen: number;
	/** Sections that ran on after the leader had shown that a node was missing. */
	readonly without: readonly Section[];
}

/** Whether each section of tangles had both of its nodes at the leader while it ran. */
export function bothNodes(sections: readonly Section[]): BothNodes {
	let [both, notSeen] = [0, 0];
	const without: Section[] = [];
	for (const section of sections) {
		if (section.kind !== "tangles") continue;
		const { sample } = section;
		const owner = sample?.lease.find(({ czxid }) => czxid === section.token)?.owner;
		if (owner !== undefined && sample?.flat.some((node) => node.owner === owner)) both += 1;
		else if (sample === undefined || sample.at >= section.last) notSeen += 1;
		else without.push(section);
	}
	return { both, notSeen, without };
}
