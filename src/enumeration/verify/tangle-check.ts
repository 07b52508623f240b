import { attributesOf } from "../tangles/attributes.ts";
import { whyNoTangle } from "../tangles/grammar/member.ts";
import { NotationError, parse } from "../tangles/parse.ts";
import type { Node, TangleFields } from "../tangles/tangle.ts";
import type { StoredTangle } from "./findings.ts";

/** A notation that is a tangle of the enumeration, or the reason why it is none. */
export type Recognized =
	| { readonly root: Node; readonly computed: TangleFields }
	| {
			readonly root: undefined;
			/** True where the text is the notation of a tree, which the enumeration does not have. */
			readonly isTree: boolean;
			readonly why: string;
	  };

/** The tangle of a notation, by the rule (see `../tangles/grammar`): nothing else is looked at. */
export function recognize(notation: string): Recognized {
	let root: Node;
	try {
		root = parse(notation);
	} catch (error) {
		if (error instanceof NotationError) return { root: undefined, isTree: false, why: error.reason };
		throw error;
	}
	const { TCN, is_good, positivity } = attributesOf(root);
	const why = whyNoTangle(root);
	if (why !== undefined || positivity === undefined) {
		return { root: undefined, isTree: true, why: why ?? "it has no positivity" };
	}
	return { root, computed: { notation, TCN, is_good, positivity } };
}

/** True where the document's attributes are those of its notation. */
export function hasAttributes(stored: StoredTangle, computed: TangleFields): boolean {
	return (
		stored.TCN === computed.TCN && stored.is_good === computed.is_good && stored.positivity === computed.positivity
	);
}

/** Why a tangle that is stored under `tcn` is one too many, in words. */
export function whyExtra({ notation }: StoredTangle, tcn: number): string {
	const recognized = recognize(notation);
	if (recognized.root === undefined) return `no tangle of the enumeration: ${recognized.why}`;
	const { TCN } = recognized.computed;
	return TCN === tcn ? "stored a second time" : `a tangle of TCN ${TCN}`;
}
