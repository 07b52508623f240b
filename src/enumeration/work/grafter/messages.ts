import type { RoleFailure } from "../../../base/role-process.ts";
import type { TangleFields } from "../../tangles/tangle.ts";

/** First argument by which the binary becomes a grafter; no command can have this name. */
export const GRAFTER = ":grafter";

/** From the worker to a grafter. */
export type GrafterOrder =
	/** The first message: how the grafter can hand its job back should the worker be killed. */
	| { readonly do: "begin"; readonly handBackTo: unknown }
	| { readonly do: "hold"; readonly jid: string }
	| { readonly do: "release" }
	| { readonly do: "graft"; readonly rootstocks: readonly TangleFields[]; readonly scions: readonly TangleFields[] }
	/** There is room for another batch. */
	| { readonly do: "more" };

/** From a grafter to the worker. */
export type GrafterAnswer =
	| { readonly is: "batch"; readonly tangles: readonly TangleFields[]; readonly last: boolean }
	/** Grafting threw. */
	| RoleFailure;
