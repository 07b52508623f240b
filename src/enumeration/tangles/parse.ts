import { Fault } from "../../base/fault.ts";
import { LABEL, print } from "./print.ts";
import { type Node, negated } from "./tangle.ts";

/** The existing worker's limits, which also bound our recursion; tangles of TCN 11 have depth 11 and 34 characters. */
const LIMITS = { characters: 204, depth: 40, children: 40, weight: 127 } as const;
const TOO_DEEP = `it is deeper than ${LIMITS.depth} nodes`;
const SHOWN = 60;
/** From `lastIndex` on; made once, since to make one costs as much as to use it. */
const INT = /-?\d+/y;

/** A notation that is no tangle's, a Fault "data". `position` is the first character that cannot be, counted from 1. */
export class NotationError extends Fault {
	readonly notation: string;
	readonly position: number;
	/** The message without the notation. */
	readonly reason: string;

	constructor(notation: string, position: number, what: string) {
		const shown = JSON.stringify(notation.length > SHOWN ? `${notation.slice(0, SHOWN)}...` : notation);
		const reason = `character ${position}: ${what}`;
		super("data", `notation ${shown}, ${reason}`, {
			hint: "repair or remove the tangle that has this notation",
		});
		this.name = "NotationError";
		this.notation = notation;
		this.position = position;
		this.reason = reason;
	}
}

/**
 * Reads a notation (see `printAbove`), to its end:
 *
 *     tangle = "i" node
 *     node   = "[" int { " " int } "]"  |  "(" node { node } [ int ] ")"
 *
 * The inverse of `print`: a text that `print` would write otherwise is no notation either, since tangles are told
 * apart by their notation alone. Throws a NotationError.
 */
export function parse(notation: string): Node {
	const root = new Reader(notation).tangle();
	const printed = print(root);
	if (printed !== notation) {
		const same = [...printed].findIndex((character, at) => character !== notation[at]);
		throw new NotationError(notation, same + 1, `this tangle is written ${printed}`);
	}
	return root;
}

class Reader {
	readonly #text: string;
	#at = 0;

	constructor(text: string) {
		this.#text = text;
	}

	tangle(): Node {
		if (this.#text.length > LIMITS.characters) {
			throw this.#wrong(`it has more than ${LIMITS.characters} characters`, LIMITS.characters);
		}
		if (!this.#took(LABEL)) throw this.#wrong(`"${LABEL}" is expected`);
		const root = this.#node(1);
		if (this.#at < this.#text.length) throw this.#wrong("the end is expected");
		return root;
	}

	/** `level` is 1 for the root. */
	#node(level: number): Node {
		if (level > LIMITS.depth) throw this.#wrong(TOO_DEEP);
		if (this.#took("[")) return this.#stick(level);
		if (this.#took("(")) return this.#group(level);
		throw this.#wrong('"[" or "(" is expected');
	}

	#stick(level: number): Node {
		const numbers: [number, ...number[]] = [this.#weight()];
		while (this.#took(" ")) {
			if (level + numbers.length > LIMITS.depth) throw this.#wrong(TOO_DEEP);
			numbers.push(this.#weight());
		}
		if (!this.#took("]")) throw this.#wrong('" " and a weight, or "]", is expected');
		return stick(numbers);
	}

	#group(level: number): Node {
		const children = [this.#node(level + 1)];
		while (this.#text[this.#at] === "[" || this.#text[this.#at] === "(") {
			if (children.length === LIMITS.children) throw this.#wrong(`a node has more than ${LIMITS.children} children`);
			children.push(this.#node(level + 1));
		}
		const weight = this.#int() ?? 0;
		if (!this.#took(")")) throw this.#wrong('"[", "(", a weight, or ")" is expected');
		return { children, weight };
	}

	#weight(): number {
		const weight = this.#int();
		if (weight === undefined) throw this.#wrong("a weight is expected");
		return weight;
	}

	#int(): number | undefined {
		INT.lastIndex = this.#at;
		const found = INT.exec(this.#text)?.[0];
		if (found === undefined) return undefined;
		const value = Number(found);
		if (Math.abs(value) > LIMITS.weight) throw this.#wrong(`a weight is beyond ${LIMITS.weight}`);
		this.#at += found.length;
		return value;
	}

	#took(character: string): boolean {
		if (this.#text[this.#at] !== character) return false;
		this.#at += 1;
		return true;
	}

	#wrong(what: string, at = this.#at): NotationError {
		return new NotationError(this.#text, at + 1, what);
	}
}

/**
 * Nodes from the leaf up; the last number is the top node's weight, and below it every other one has its sign turned.
 */
function stick([leaf, ...above]: readonly [number, ...number[]]): Node {
	const signed = (number: number, fromTop: number) => (fromTop % 2 === 0 ? number : negated(number));
	return above.reduce<Node>(
		(below, number, index) => ({ children: [below], weight: signed(number, above.length - 1 - index) }),
		{ children: [], weight: signed(leaf, above.length) },
	);
}
