import { Counter, Gauge, Registry } from "prom-client";
import { type Labels, METRICS, type MetricName } from "./metrics.ts";

/** Numbers by name and labels, as Prometheus' text. Those whose name ends in `_total` are counters, all others gauges. */
export class MetricRegistry {
	readonly #registry = new Registry();
	readonly #gauges = new Map<MetricName, Gauge<string>>();
	readonly #counters = new Map<MetricName, Counter<string>>();

	set(name: MetricName, value: number, labels: Labels = {}): void {
		if (!name.endsWith("_total")) {
			this.#gauge(name).set({ ...labels }, value);
			return;
		}
		const counter = this.#counter(name);
		counter.remove({ ...labels });
		counter.inc({ ...labels }, value);
	}

	add(name: MetricName, by: number, labels: Labels = {}): void {
		if (name.endsWith("_total")) this.#counter(name).inc({ ...labels }, by);
		else this.#gauge(name).inc({ ...labels }, by);
	}

	async text(): Promise<string> {
		return await this.#registry.metrics();
	}

	#declared(name: MetricName) {
		const { help, labels } = METRICS[name];
		return { name, help, labelNames: labels, registers: [this.#registry] };
	}

	#gauge(name: MetricName): Gauge<string> {
		const gauge = this.#gauges.get(name) ?? new Gauge<string>(this.#declared(name));
		this.#gauges.set(name, gauge);
		return gauge;
	}

	#counter(name: MetricName): Counter<string> {
		const counter = this.#counters.get(name) ?? new Counter<string>(this.#declared(name));
		this.#counters.set(name, counter);
		return counter;
	}
}
