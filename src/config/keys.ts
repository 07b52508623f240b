import { COMPONENT_KEYS } from "./sections/components.ts";
import { FAKTORY_KEYS } from "./sections/faktory.ts";
import { MONGO_KEYS } from "./sections/mongo.ts";
import { PING_KEYS } from "./sections/ping.ts";
import { BATCHES_KEYS, PRODUCER_KEYS, TANGLES_KEYS } from "./sections/producer-and-collections.ts";
import type { Schemas } from "./sections/section.ts";
import { ZOOKEEPER_KEYS } from "./sections/zookeeper.ts";

/** Every section of a YAML file with its keys; those of `components` stand below each component's name. */
export const SECTION_KEYS = {
	"faktory-connection-info": FAKTORY_KEYS,
	"db-connection-info": MONGO_KEYS,
	"tangle-collections": TANGLES_KEYS,
	"zookeeper-connection-info": ZOOKEEPER_KEYS,
	producer: PRODUCER_KEYS,
	batches: BATCHES_KEYS,
	ping: PING_KEYS,
	components: COMPONENT_KEYS,
} as const satisfies Readonly<Record<string, Schemas>>;
