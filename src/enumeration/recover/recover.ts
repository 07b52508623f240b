import { Fault } from "../../base/fault.ts";
import { PageCatalog } from "../stencils/catalog.ts";
import { CompleteTcns } from "../stencils/complete.ts";
import { STATE, type Stencil, type TanglePages } from "../stencils/ports.ts";
import { type CollectionSnapshot, stencilFrom } from "../stencils/snapshot.ts";
import type { ProducerTerm, StencilStore } from "../stencils/term.ts";
import { type Checked, check, personFirst } from "./check-collection.ts";
import { checkPages } from "./checks-pages.ts";
import { atWork, pairName } from "./checks-stencil.ts";
import { type Finding, isRepairable, isUntouched, needsPerson } from "./findings.ts";
import { repairFinding } from "./repair-finding.ts";
import { checkRestart, type Restart, restartedStencil } from "./restart.ts";

/** What a recovery works with. */
export interface RecoverPorts {
	readonly store: StencilStore;
	readonly tangles: TanglePages;
	readonly pageSize: number;
	/** Resolves while this run may write; rejects once it may not, with the Fault to end it with. */
	ensureHeld(): Promise<void>;
	/** Called after each repair. */
	onRepaired(finding: Finding): void;
	/** Pushes what is left of these stencils, which are of the TCN in work. */
	push(term: ProducerTerm, catalog: PageCatalog, stencils: readonly Stencil[]): Promise<void>;
}

/** What a recovery found, and how the collection was as it last read it. */
export interface Recovered {
	readonly collection: string;
	readonly snapshot: CollectionSnapshot;
	/** True where a person has to see to the config document before anything else is repaired. */
	readonly blocked: boolean;
	/** First what was repaired, in that order, then the rest: what was pushed, is left, or needs a person. */
	readonly findings: readonly Finding[];
}

type Examined = Checked & { readonly snapshot: CollectionSnapshot };

/**
 * Checks the stencil collection, repairs what is safe, and pushes what interrupted runs have left, as the README of
 * this folder describes. Nothing is written where there is nothing to repair or push. Throws a Fault where the restart
 * cannot be done, or as `push` does.
 */
export async function recover(ports: RecoverPorts, restart?: Restart): Promise<Recovered> {
	return await new Recovery(ports, restart).run();
}

class Recovery {
	readonly #ports: RecoverPorts;
	readonly #restart: Restart | undefined;
	readonly #catalog: PageCatalog;
	readonly #repaired: Finding[] = [];

	constructor(ports: RecoverPorts, restart: Restart | undefined) {
		this.#ports = ports;
		this.#restart = restart;
		this.#catalog = new PageCatalog(ports.tangles, ports.pageSize);
	}

	async run(): Promise<Recovered> {
		const { store } = this.#ports;
		const first = await this.#examine();
		const idle = !first.findings.some((finding) => isRepairable(finding) || finding.repair.do === "push");
		if (first.sound === undefined || (idle && this.#restart === undefined)) return this.#recovered(first);
		if (this.#restart !== undefined) checkRestart(first.snapshot, first.sound, this.#restart, store.name);
		const term = await this.#takeOver(first.findings);
		if (this.#restart !== undefined) await this.#beginRestart(term, this.#restart, first.snapshot);
		const last = await this.#repairAll(term);
		await this.#pushAll(term, last);
		return this.#recovered(last);
	}

	async #examine(): Promise<Examined> {
		const { store, tangles, pageSize } = this.#ports;
		const snapshot = await store.snapshot();
		const { sound, findings } = check(snapshot);
		if (sound !== undefined) this.#catalog.admit(CompleteTcns.of(sound, atWork(snapshot.stencils)));
		const all: Finding[] = [];
		for (const finding of findings) {
			const stencil = snapshot.stencils.find(({ key }) => key === finding.key);
			if (finding.repair.do !== "push" || stencil === undefined) all.push(finding);
			else all.push(...(await checkPages(finding, stencil, this.#catalog, { pageSize, tangles })));
		}
		return { sound, snapshot, findings: personFirst(all) };
	}

	async #takeOver(findings: readonly Finding[]): Promise<ProducerTerm> {
		const ahead = findings.filter(({ repair }) => repair.do === "raise-epoch");
		const above = Math.max(0, ...ahead.map(({ repair }) => (repair.do === "raise-epoch" ? repair.to : 0)));
		const untouched = findings.filter(isUntouched);
		await this.#ports.ensureHeld();
		const term = await this.#ports.store.takeOver({ above, leave: untouched.map(({ key }) => key) });
		for (const finding of ahead) this.#note(finding);
		return term;
	}

	async #beginRestart(term: ProducerTerm, restart: Restart, snapshot: CollectionSnapshot): Promise<void> {
		if ("tcn" in restart) {
			await this.#ports.ensureHeld();
			return await term.beginRestart(restart.tcn);
		}
		const stencil = restartedStencil(snapshot, restart.stencil, this.#ports.store.name);
		const finding: Finding = {
			...({ kind: "restart", key: stencil.key, document: stencil.name, stencil: pairName(stencil) } as const),
			...({ wrong: "pushing it again was asked for", repair: { do: "restart" } } as const),
		};
		await this.#repair(term, finding, snapshot);
	}

	/** Repairs until nothing more can be repaired. Gives the findings that are left. */
	async #repairAll(term: ProducerTerm): Promise<Examined> {
		const repaired = new Set<string>();
		for (;;) {
			const examined = await this.#examine();
			const repairable = examined.findings.filter(isRepairable);
			if (repairable.length === 0) return examined;
			// Removals come first: an `_id` that they free may be needed by an addition.
			const rank = ({ repair }: Finding) => (repair.do === "add" ? 1 : 0);
			for (const finding of repairable.toSorted((a, b) => rank(a) - rank(b))) {
				const name = `${finding.kind} ${finding.document}`;
				if (repaired.has(name)) {
					const { name: collection } = this.#ports.store;
					throw new Fault("data", `${collection}: ${finding.document} was repaired, and is damaged again`, {
						hint: "find out who else writes to that collection, then start again",
					});
				}
				repaired.add(name);
				await this.#repair(term, finding, examined.snapshot);
			}
		}
	}

	async #repair(term: ProducerTerm, finding: Finding, snapshot: CollectionSnapshot): Promise<void> {
		await this.#ports.ensureHeld();
		await repairFinding(term, finding, snapshot);
		this.#note(finding);
	}

	#note(finding: Finding): void {
		this.#repaired.push(finding);
		this.#ports.onRepaired(finding);
	}

	/** Interrupted ones first, as `produce` does; within each the order of the findings, by (TCN, rootstock_tcn). */
	async #pushAll(term: ProducerTerm, { snapshot, findings }: Examined): Promise<void> {
		const open = findings.flatMap(({ key, repair }) => {
			const found = repair.do === "push" ? snapshot.stencils.find((it) => it.key === key) : undefined;
			return (found && stencilFrom(found)) ?? [];
		});
		const isNew = ({ state }: Stencil) => (state === STATE.new ? 1 : 0);
		const ordered = open.toSorted((a, b) => isNew(a) - isNew(b));
		if (ordered.length > 0) await this.#ports.push(term, this.#catalog, ordered);
	}

	#recovered({ snapshot, sound, findings }: Examined): Recovered {
		const rank = (finding: Finding) => (needsPerson(finding) ? 1 : 0);
		const rest = findings.toSorted((a, b) => rank(a) - rank(b));
		const all = [...this.#repaired, ...rest];
		return { collection: this.#ports.store.name, snapshot, blocked: sound === undefined, findings: all };
	}
}
