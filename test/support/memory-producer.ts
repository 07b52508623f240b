import type { ProduceEvent } from "../../src/enumeration/produce/events.ts";
import type { Producer } from "../../src/enumeration/produce/producer.ts";
import type { ProducerSettings } from "../../src/enumeration/produce/settings.ts";
import type { JobQueue, TanglePages } from "../../src/enumeration/stencils/ports.ts";
import type { StencilStore } from "../../src/enumeration/stencils/term.ts";
import { keptLog } from "./config-folder.ts";
import { PAGE_SIZE } from "./damaged-collection.ts";

interface Parts {
	readonly store: StencilStore;
	readonly tangles: TanglePages;
	readonly queue: JobQueue;
	readonly settings?: Partial<ProducerSettings>;
}

/** A producer on adapters in memory, with its log and its events. */
export function memoryProducer({ settings = {}, ...ports }: Parts) {
	const log = keptLog();
	const events: ProduceEvent[] = [];
	const producer: Producer = {
		...{ ...ports, pageSize: PAGE_SIZE, log, signal: new AbortController().signal },
		settings: { headroom: 1000, pollMs: 0, window: 2, chunk: 3, patienceMs: 0, ...settings },
		emit: (event) => void events.push(event),
		ensureHeld: async () => {},
	};
	return { producer, log, events };
}
