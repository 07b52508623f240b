import type { DoctorLine } from "../../base/doctor-line.ts";
import { LAYERS } from "../../locks/supervise/containment.ts";
import { layerHere } from "../../locks/supervise/layer.ts";
import { ok } from "./line.ts";

/** What holds the work of `component` and `locks exec` together when they are run as `doctor` was. */
export function containmentLine(): DoctorLine {
	const layer = layerHere();
	const limits =
		layer === "cgroup" ? "" : ": what runs as another user (sudo) cannot be ended; a unit with Delegate=yes can";
	return ok("work", `contained by ${LAYERS[layer]}${limits}`);
}
