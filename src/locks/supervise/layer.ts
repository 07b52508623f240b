import { cgroupParent } from "./cgroup.ts";
import type { Layer } from "./containment.ts";

/**
 * The layer that work started by this process is held by; what a supervisor finds when it starts the work may be less.
 */
export function layerHere(): Layer {
	return cgroupParent() === undefined ? "subreaper" : "cgroup";
}
