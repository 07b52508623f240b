import type { TangleFields } from "../tangles/tangle.ts";
import type { SaidAttributes } from "./table-entry.ts";

/** A place in the other table: byte `offset` of a file, uncompressed. */
export interface TablePlace {
	readonly file: string;
	readonly offset: number;
}

/** One difference between the stored tangles and a table of them. */
export type TableFinding =
	/** Stored, and not in the table. */
	| { readonly kind: "missing"; readonly notation: string; readonly TCN: number }
	/** In the table, and not stored; `why` and `at` where it could not be: it is no tangle, or none of the query. */
	| {
			readonly kind: "extra";
			readonly notation: string;
			readonly TCN: number | null;
			readonly why?: string;
			readonly at?: TablePlace;
	  }
	/** In the table again. */
	| { readonly kind: "doubled"; readonly notation: string; readonly TCN: number; readonly at: TablePlace }
	/** An entry of the table that is no notation. */
	| { readonly kind: "malformed"; readonly notation: string; readonly why: string; readonly at: TablePlace }
	/** In the table with other attributes than its notation has. */
	| {
			readonly kind: "wrong";
			readonly notation: string;
			readonly TCN: number;
			readonly said: SaidAttributes;
			readonly computed: TangleFields;
			readonly at: TablePlace;
	  }
	/** Stored, and no tangle of the enumeration. */
	| { readonly kind: "foreign"; readonly notation: string; readonly TCN: number; readonly why: string };

/** How many of each kind there are. */
export type TableFindingCounts = Readonly<Record<TableFinding["kind"], number>>;
