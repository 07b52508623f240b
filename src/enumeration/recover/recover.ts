import { Fault } from "../../base/fault.ts";
import { PageCatalog } from "../stencils/catalog.ts";
import { CompleteTcns } from "../stencils/complete.ts";
import { STATE, type StencilStore, type TanglePages } from "../stencils/ports.ts";
import type { CollectionSnapshot, StencilSnapshot } from "../stencils/snapshot.ts";
import { type Checked, check, personFirst } from "./checks.ts";
import { checkPages } from "./checks-pages.ts";
import { atWork, pairName } from "./checks-stencil.ts";
import { type Finding, isMendable, needsPerson } from "./findings.ts";
import { type RecoverReport, reportOfRecovery } from "./recover-report.ts";
import { checkRestart, type Restart, restartedStencil } from "./restart.ts";

/** What a recovery reads. */
export interface RecoverSources {
	readonly store: StencilStore;
	readonly tangles: TanglePages;
	readonly pageSize: number;
}

/** How a recovery changes things: for good (`writing-hand.ts`), or only in its mind (`dry-hand.ts`). */
export interface Hand {
	readonly dry: boolean;
	look(): Promise<CollectionSnapshot>;
	/** Before anything else is changed: makes the collection this run's. `raise`: epochs that are ahead; `leave`: keys not to touch. */
	begin(raise: readonly Finding[], leave: readonly unknown[]): Promise<void>;
	mend(finding: Finding, seen: CollectionSnapshot): Promise<void>;
	beginRestart(tcn: number): Promise<void>;
	/** Pushes what is left of a stencil. */
	push(stencil: StencilSnapshot, catalog: PageCatalog, completedTcn: number): Promise<void>;
}

/**
 * Checks the stencil collection, mends what is safe, and pushes what interrupted runs have left, as the README of this
 * folder describes. Nothing is written where there is nothing to mend or push. Throws a Fault where the restart cannot be
 * done, or as `pushStencil` does.
 */
export async function recover(sources: RecoverSources, hand: Hand, restart?: Restart): Promise<RecoverReport> {
	return await new Recovery(sources, hand, restart).run();
}

class Recovery {
	readonly #sources: RecoverSources;
	readonly #hand: Hand;
	readonly #restart: Restart | undefined;
	readonly #catalog: PageCatalog;
	readonly #done: Finding[] = [];

	constructor(sources: RecoverSources, hand: Hand, restart: Restart | undefined) {
		this.#sources = sources;
		this.#hand = hand;
		this.#restart = restart;
		this.#catalog = new PageCatalog(sources.tangles, sources.pageSize);
	}

	async run(): Promise<RecoverReport> {
		const first = await this.#examine();
		const idle = !first.findings.some((finding) => isMendable(finding) || finding.mend.do === "push");
		if (first.sound === undefined || (idle && this.#restart === undefined)) return this.#report(first);
		if (this.#restart !== undefined) {
			checkRestart(first.seen, first.sound, this.#restart, this.#sources.store.name);
		}
		const raise = first.findings.filter(({ mend }) => mend.do === "raise-epoch");
		const untouched = first.findings.filter(({ mend }) => mend.do === "ask" || mend.do === "leave");
		await this.#hand.begin(
			raise,
			untouched.map(({ key }) => key),
		);
		this.#done.push(...raise);
		await this.#restartAsked(first.seen);
		const last = await this.#mendAll();
		await this.#pushAll(last);
		return this.#report(last);
	}

	async #examine(): Promise<Checked & { seen: CollectionSnapshot }> {
		const seen = await this.#hand.look();
		const { sound, findings } = check(seen);
		const { tangles, pageSize } = this.#sources;
		if (sound !== undefined) this.#catalog.admit(CompleteTcns.of(sound, atWork(seen.stencils)));
		const all: Finding[] = [];
		for (const finding of findings) {
			const stencil = seen.stencils.find(({ key }) => key === finding.key);
			if (finding.mend.do !== "push" || stencil === undefined) all.push(finding);
			else all.push(...(await checkPages(finding, stencil, this.#catalog, pageSize, tangles)));
		}
		return { sound, seen, findings: personFirst(all) };
	}

	async #restartAsked(seen: CollectionSnapshot): Promise<void> {
		if (this.#restart === undefined) return;
		if ("tcn" in this.#restart) return await this.#hand.beginRestart(this.#restart.tcn);
		const stencil = restartedStencil(seen, this.#restart.stencil, this.#sources.store.name);
		const finding: Finding = {
			...({ kind: "restart", key: stencil.key, document: stencil.name, stencil: pairName(stencil) } as const),
			...({ wrong: "pushing it again was asked for", mend: { do: "restart" } } as const),
		};
		await this.#hand.mend(finding, seen);
		this.#done.push(finding);
	}

	/** Mends until there is nothing more to mend. Gives what is left. */
	async #mendAll(): Promise<Checked & { seen: CollectionSnapshot }> {
		const mended = new Set<string>();
		for (;;) {
			const examined = await this.#examine();
			const mends = examined.findings.filter(isMendable);
			if (mends.length === 0) return examined;
			// What is removed first makes room for what is added.
			const rank = ({ mend }: Finding) => (mend.do === "add" ? 1 : 0);
			for (const finding of mends.toSorted((a, b) => rank(a) - rank(b))) {
				const name = `${finding.kind} ${finding.document}`;
				if (mended.has(name)) {
					throw new Fault("data", `${this.#sources.store.name}: ${finding.document} was mended, and is damaged again`, {
						hint: "see who else writes to that collection, then start again",
					});
				}
				mended.add(name);
				await this.#hand.mend(finding, examined.seen);
				this.#done.push(finding);
			}
		}
	}

	async #pushAll({ seen, sound, findings }: Checked & { seen: CollectionSnapshot }): Promise<void> {
		if (sound === undefined) throw new Error("the config document became unsound as the rest was mended");
		const open = findings.flatMap(({ key, mend }) => {
			const stencil = mend.do === "push" ? seen.stencils.find((it) => it.key === key) : undefined;
			return stencil === undefined ? [] : [stencil];
		});
		const fresh = ({ state }: StencilSnapshot) => (state === STATE.new ? 1 : 0);
		// Interrupted ones first, as produce does; within each the order of the findings, by (TCN, rootstock_tcn).
		for (const stencil of open.toSorted((a, b) => fresh(a) - fresh(b))) {
			await this.#hand.push(stencil, this.#catalog, sound.completedTcn);
		}
	}

	#report({ seen, sound, findings }: Checked & { seen: CollectionSnapshot }): RecoverReport {
		const order = (finding: Finding) => (needsPerson(finding) ? 1 : 0);
		const rest = findings.toSorted((a, b) => order(a) - order(b));
		return reportOfRecovery(this.#sources.store.name, this.#hand.dry, seen, sound, [...this.#done, ...rest]);
	}
}
