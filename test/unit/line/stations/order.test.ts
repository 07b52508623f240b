import { expect, test } from "bun:test";
import fc from "fast-check";
import { inLineOrder, type Placed } from "../../../../src/line/stations/order.ts";

const station = (component: string, past: readonly string[], event: string): Placed => ({
	component,
	event,
	conditions: { past },
});
const names = (stations: readonly Placed[]) => stations.map(({ component }) => component);

test("a station stands behind those that feed it, the first by name first", () => {
	const line = [
		station("Publish", ["Approved"], "Published"),
		station("Approve", ["Sampled", "Checked"], "Approved"),
		station("Sample", ["Archived"], "Sampled"),
		station("Check", ["Archived"], "Checked"),
		station("Archive", [], "Archived"),
	];
	expect(names(inLineOrder(line))).toEqual(["Archive", "Check", "Sample", "Approve", "Publish"]);
});

test("a circle, and a station that asks for its own event: each once", () => {
	const line = [station("B", ["A"], "B"), station("A", ["B"], "A"), station("Again", ["Again"], "Again")];
	expect(names(inLineOrder(line))).toEqual(["Again", "A", "B"]);
});

test("whatever the stations: each once, and behind those that feed it where there is no circle", () => {
	const acyclic = fc.array(fc.subarray([0, 1, 2, 3, 4, 5, 6, 7]), { minLength: 8, maxLength: 8 }).map((feeders) =>
		feeders.map((some, n) =>
			station(
				`S${(n * 5) % 8}`,
				some.filter((feeder) => feeder < n).map((feeder) => `E${feeder}`),
				`E${n}`,
			),
		),
	);
	fc.assert(
		fc.property(acyclic, (line) => {
			const placed = inLineOrder(line);
			expect(names(placed).toSorted()).toEqual(names(line).toSorted());
			for (const [at, { conditions }] of placed.entries()) {
				const before = new Set(placed.slice(0, at).map(({ event }) => event));
				for (const type of conditions.past) expect(before.has(type)).toBe(true);
			}
		}),
	);
});
