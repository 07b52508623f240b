import type { CounterBaseline, Cursor, Id, PushProgress, Stencil, StencilState } from "./ports.ts";

/** A field that is not what it must be. */
export interface WrongField {
	readonly field: string;
	/** `state is none of 0 new, ... (found 7)` */
	readonly text: string;
}

/** A document that means to be a stencil, as far as it can be read: what cannot is undefined, and named in `wrong`. */
export interface StencilSnapshot {
	/** Its `_id` as the store has it, of any type; only ever handed back. */
	readonly key: unknown;
	/** Its `_id` for people. */
	readonly name: string;
	readonly id: Id | undefined;
	readonly rootstockTcn: number | undefined;
	readonly scionTcn: number | undefined;
	readonly tcn: number | undefined;
	readonly state: StencilState | undefined;
	readonly cursor: Cursor | undefined;
	readonly progress: PushProgress | undefined;
	readonly resting: boolean;
	/** 0 where no producer of ours has written it. */
	readonly epoch: number | undefined;
	readonly wrong: readonly WrongField[];
	/** True where it has fields of others too. */
	readonly more: boolean;
}

/** The config document, as far as it can be read. */
export interface ConfigSnapshot {
	readonly completedTcn: number | undefined;
	readonly maxTcn: number | undefined;
	/** 0 where no producer of ours has written it. */
	readonly epoch: number | undefined;
	readonly baseline: CounterBaseline | undefined;
	/** The TCN from which on stencils are being set back to new; undefined where that is done. */
	readonly restart: number | undefined;
	readonly wrong: readonly WrongField[];
}

/** Every document of a stencil collection, damaged ones too. */
export interface CollectionSnapshot {
	/** Undefined where there is none. */
	readonly config: ConfigSnapshot | undefined;
	readonly stencils: readonly StencilSnapshot[];
	/** Documents that do not even mean to be stencils. */
	readonly foreign: readonly { readonly key: unknown; readonly name: string }[];
}

/** A stencil whose numbers can be trusted. */
export interface Numbered {
	readonly id: Id;
	readonly rootstockTcn: number;
	readonly scionTcn: number;
	readonly tcn: number;
}

/** The stencil's numbers; undefined where one cannot be read, or they contradict each other. */
export function numbersOf({ id, rootstockTcn, scionTcn, tcn }: StencilSnapshot): Numbered | undefined {
	if (id === undefined || rootstockTcn === undefined || scionTcn === undefined || tcn === undefined) return undefined;
	return rootstockTcn + scionTcn === tcn ? { id, rootstockTcn, scionTcn, tcn } : undefined;
}

/** The stencil as the producer takes it; undefined where it cannot. */
export function stencilFrom(snapshot: StencilSnapshot): Stencil | undefined {
	const numbers = numbersOf(snapshot);
	const { state, cursor, progress, resting } = snapshot;
	return numbers === undefined || state === undefined ? undefined : { ...numbers, state, cursor, progress, resting };
}
