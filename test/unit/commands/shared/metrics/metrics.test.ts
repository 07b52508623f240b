import { expect, test } from "bun:test";
import { parse } from "yaml";
import { MetricRegistry } from "../../../../../src/commands/shared/metrics/metric-registry.ts";
import { METRICS, type MetricName } from "../../../../../src/commands/shared/metrics/metrics.ts";
import { textOf } from "../../../../support/source-tree.ts";

const README = [
	...textOf("README.md").matchAll(/^\| `(tangles_\w+)` \| (\w+) \| ([mf, ]+) \| ([\w, ]*) \| ([\w, ]*) \|$/gm),
].map(([, name = "", type = "", where = "", labels = "", alerts = ""]) => ({ name, type, where, labels, alerts }));

interface Rules {
	readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}
const ALERTS = (parse(textOf("docs/alerts.yaml")) as Rules).groups.flatMap(({ rules }) => rules);

test("the README's table has every metric with its labels, and no other", () => {
	const shown = README.map(({ name, labels }) => `${name} ${labels}`);
	expect(shown).toEqual(Object.entries(METRICS).map(([name, { labels }]) => `${name} ${labels.join(", ")}`));
});

test("the table says of each metric the type that a scrape gives it", async () => {
	const registry = new MetricRegistry();
	for (const [name, { labels }] of Object.entries(METRICS)) {
		registry.set(name as MetricName, 1, Object.fromEntries(labels.map((label) => [label, "x"])));
	}
	const scraped = [...(await registry.text()).matchAll(/^# TYPE (\w+) (\w+)$/gm)];
	const types = new Map(scraped.map(([, name = "", type = ""]) => [name, type] as const));
	expect(new Map(README.map(({ name, type }) => [name, type]))).toEqual(types);
});

test("the table says where each metric is: in the files, or on /metrics", () => {
	const serve = textOf("src/commands/serve/metrics.ts");
	const files = ["observe.ts", "metrics-file.ts"].map((name) => textOf(`src/commands/shared/metrics/${name}`));
	const others = ["batches/overdue.ts", "component/index.ts", "component/run.ts"].map((name) =>
		textOf(`src/commands/${name}`),
	);
	const found = README.map(({ name }) => {
		const quoted = `"${name}"`;
		const places = [
			serve.includes(quoted) ? ["m"] : [],
			[...files, ...others].some((text) => text.includes(quoted)) ? ["f"] : [],
		];
		return `${name} ${places.flat().join(", ")}`;
	});
	expect(README.map(({ name, where }) => `${name} ${where}`)).toEqual(found);
});

test("each alert of the table is among the samples, beside the metrics that it asks for; and each sample is in the table", () => {
	const named = (alert: string) =>
		README.filter(({ alerts }) => alerts.split(", ").includes(alert)).map(({ name }) => name);
	const asked = (expr: string) =>
		README.map(({ name }) => name).filter((name) => new RegExp(`\\b${name}\\b`).test(expr));
	expect(ALERTS.map(({ alert }) => [alert, named(alert)])).toEqual(
		ALERTS.map(({ alert, expr }) => [alert, asked(expr)]),
	);
	const known = new Set(ALERTS.map(({ alert }) => alert));
	const unknown = README.flatMap(({ alerts }) => alerts.split(", ")).filter(
		(alert) => alert !== "" && !known.has(alert),
	);
	expect(unknown).toEqual([]);
});

test("names in _total are counters, others gauges; set again, a counter has the new number", async () => {
	const registry = new MetricRegistry();
	registry.set("tangles_lock_lost_total", 3);
	registry.set("tangles_lock_lost_total", 2);
	registry.add("tangles_lock_lost_total", 5);
	registry.set("tangles_findings", 4, { state: 'a\nb"c\\d' });
	const text = await registry.text();
	expect(text).toContain("# TYPE tangles_lock_lost_total counter\ntangles_lock_lost_total 7\n");
	expect(text).toContain('# TYPE tangles_findings gauge\ntangles_findings{state="a\\nb\\"c\\\\d"} 4\n');
	const names = Object.keys(METRICS) as MetricName[];
	expect(names.filter((name) => !/^tangles_[a-z_]+$/.test(name))).toEqual([]);
});
