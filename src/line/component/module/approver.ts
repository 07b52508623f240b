import type { BatchJson, BatchModule } from "./role.ts";

const APPROVED = "Roundtrip_Approved";
const STOPPED = "Manually_stopped";

/** True where the newest event of the type succeeded; of two of one time the later one counts. */
function hasSucceeded({ events }: Pick<BatchJson["siblings"][number], "events">, type: string): boolean {
	const times = events
		.filter((event) => event.type === type)
		.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time));
	return times.at(-1)?.success === true;
}

/**
 * The sample of a component that writes on other round trips: approves the round trip and stops all others. It fails
 * where another one is approved already.
 */
const approver: BatchModule = (batch, report) => {
	const approved = batch.siblings.filter((sibling) => hasSucceeded(sibling, APPROVED));
	for (const { _id } of approved) report.failure({ type: "approval", description: `${_id} is approved already` });
	if (approved.length > 0) return;
	const details = `round trip ${batch.round_trip} is approved`;
	for (const sibling of batch.siblings.filter((each) => !hasSucceeded(each, STOPPED))) {
		report.event({ round_trip: sibling.round_trip, type: STOPPED, success: true, details });
	}
};

export default approver;
