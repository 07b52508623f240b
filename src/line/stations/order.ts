/** What of a station says where it stands in the line. */
export interface Placed {
	readonly component: string;
	/** Type of the event that it records. */
	readonly event: string | undefined;
	readonly conditions: { readonly past: readonly string[] };
}

/**
 * Stations in the order in which a batch comes to them: each behind those that record an event that it asks for in
 * `past`. Of those that may come next, the first by name. In a circle the first by name comes first.
 */
export function inLineOrder<S extends Placed>(stations: readonly S[]): S[] {
	const waiting = stations.toSorted((a, b) => (a.component < b.component ? -1 : 1));
	const placed: S[] = [];
	while (waiting.length > 0) {
		const isFed = (station: S) =>
			waiting.some(({ component, event }) => {
				return component !== station.component && event !== undefined && station.conditions.past.includes(event);
			});
		const at = Math.max(
			0,
			waiting.findIndex((station) => !isFed(station)),
		);
		placed.push(...waiting.splice(at, 1));
	}
	return placed;
}
