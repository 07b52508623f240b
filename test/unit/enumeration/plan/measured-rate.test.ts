import { expect, test } from "bun:test";
import fc from "fast-check";
import { measuredRate } from "../../../../src/enumeration/plan/measured-rate.ts";
import { Random } from "../../../support/random.ts";

const HOUR = 3600;

/** Times of `count` tangles, `each` to a second from `from` on, as ids have them: whole seconds. */
const steady = (count: number, each: number, from = 1000) =>
	Array.from({ length: count }, (_, at) => from + Math.floor(at / each));

test("a steady run: its tangles by its seconds, in whatever order they come", () => {
	const measured = measuredRate(11, steady(1000, 20), 93.876);
	expect(measured).toEqual({ tcn: 11, tangles: 93_782, seconds: 49, paused_seconds: 0 });
	expect(measuredRate(11, steady(1000, 20).toReversed(), 93.876)).toEqual(measured);
});

test("pauses are left out and told: a night, and the time in which the job of a killed worker came back", () => {
	const times = [...steady(400, 20), ...steady(400, 20, 1020 + 12 * HOUR), ...steady(200, 20, 1040 + 12 * HOUR + 30)];
	const { seconds = 0, paused_seconds = 0, tangles } = measuredRate(11, times, 100) ?? {};
	expect({ seconds, paused: paused_seconds }).toEqual({ seconds: 47, paused: 12 * HOUR + 1 + 31 });
	expect(tangles).toBe(100 * 997);
});

test("work every night for a month is measured as the work of the nights", () => {
	const nights = Array.from({ length: 30 }, (_, night) => night * 24 * HOUR);
	const times = nights.flatMap((from) => Array.from({ length: 33 }, (_, at) => from + at * 900));
	expect(measuredRate(14, times, 4866)).toMatchObject({ seconds: 30 * 32 * 900, tangles: 30 * 32 * 4866 });
});

test("a slow run is no row of pauses: jobs that store their tangles in bursts", () => {
	// A burst of fifty, then half a minute without any.
	const times = Array.from({ length: 1000 }, (_, at) => Math.floor(at / 50) * 30);
	expect(measuredRate(13, times, 1285)).toEqual({ tcn: 13, tangles: 1285 * 999, seconds: 19 * 30, paused_seconds: 0 });
});

test("what took too little time, and what is not there, is not measured", () => {
	expect(measuredRate(8, steady(1000, 100), 2)).toBeUndefined();
	expect(measuredRate(2, [], Number.NaN)).toBeUndefined();
	expect(measuredRate(3, [17], 1)).toBeUndefined();
	// Nearly all at once, and the job of a killed worker some time later.
	expect(measuredRate(6, [...steady(180, 100), 1040, 1040], 1)).toBeUndefined();
});

test("tangles stored at random are measured within a fifth, whatever pause there was", () => {
	const run = fc.record({ seed: fc.nat(), rate: fc.double({ min: 0.01, max: 10, noNaN: true }), pause: fc.nat(1e6) });
	fc.assert(
		fc.property(run, ({ seed, rate, pause }) => {
			const random = new Random(seed);
			let time = 0;
			const times = Array.from({ length: 1000 }, (_, at) => {
				time += -Math.log(1 - random.next()) / rate + (at === 500 ? pause : 0);
				return Math.floor(time);
			});
			const { tangles = 0, seconds = 0, paused_seconds = 0 } = measuredRate(12, times, 1) ?? {};
			expect(seconds + paused_seconds).toBe((times.at(-1) ?? 0) - (times[0] ?? 0));
			expect(tangles / seconds).toBeWithin(0.8 * rate, 1.2 * rate);
		}),
	);
});
