import { Fault } from "../../base/fault.ts";
import { attributesOf } from "./attributes.ts";
import { parse } from "./parse.ts";
import type { Node, TangleFields } from "./tangle.ts";

/**
 * The tree of a stored tangle. Throws a NotationError, or a Fault "data" where an attribute is not the one that follows
 * from the notation: grafts of such a tangle would be missed or stored wrongly without a word.
 */
export function read(stored: TangleFields): Node {
	const root = parse(stored.notation);
	const computed = attributesOf(root);
	for (const name of ["TCN", "is_good", "positivity"] as const) {
		if (stored[name] === computed[name]) continue;
		const found = `${name} is ${stored[name]}, by its notation ${computed[name] ?? "undefined, of both signs"}`;
		throw new Fault("data", `tangle ${stored.notation}: ${found}`, { hint: "repair or remove that tangle" });
	}
	return root;
}
