import type { TangleFields } from "./tangle.ts";

/** The largest weight: all weights come from the integral tangles. */
export const MOST_CROSSINGS = 29;

function integral(notation: string, TCN: number, is_good: boolean): TangleFields {
	return { notation, TCN, is_good, positivity: "neutral" };
}

/** The integral tangles, which the enumeration starts from: 0, infinity, and n crossings, n = 1..29, of either sign. */
export function integralTangles(): TangleFields[] {
	const tangles = [integral("i[0]", 0, false), integral("i[0 0]", -1, false)];
	tangles.push(integral("i[1]", 1, false), integral("i[-1]", 1, false));
	for (let n = 2; n <= MOST_CROSSINGS; n += 1) {
		tangles.push(integral(`i[${n}]`, n, true), integral(`i[-${n}]`, n, true));
		tangles.push(integral(`i[${n} 0]`, n, false), integral(`i[-${n} 0]`, n, false));
	}
	return tangles;
}
