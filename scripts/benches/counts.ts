import { countTangles } from "../../src/enumeration/tangles/grammar/counts.ts";
import { tanglesUpTo } from "../../test/support/tangle-sets.ts";
import type { Figure } from "./figures.ts";

/** The tests go to 11; this takes half a minute and 2 GB. */
const MOST = 13;

/** The counts by formula beside those of the enumeration, in memory; throws where they differ. */
export async function counts(): Promise<Figure[]> {
	const sets = await tanglesUpTo(MOST);
	const figures: Figure[] = [];
	for (const { tcn, total, good, not_negative } of countTangles(MOST)) {
		if (tcn < 12) continue;
		const tangles = sets[tcn] ?? [];
		const found = [
			tangles.length,
			tangles.filter(({ is_good }) => is_good).length,
			tangles.filter(({ positivity }) => positivity !== "negative").length,
		];
		const formula = [total, good, not_negative].map(Number);
		if (JSON.stringify(found) !== JSON.stringify(formula))
			throw new Error(`TCN ${tcn}: ${found}, by formula ${formula}`);
		figures.push({ what: `TCN ${tcn}: total, good, not negative`, value: formula.join(", "), reach: "equal" });
	}
	return figures;
}
