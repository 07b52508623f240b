import type { WorkEvent } from "../../enumeration/work/events.ts";

/** Gives the service manager's status line of a worker, such as `120 jobs done, 1 failed`, by its events. */
export function workStatus(tell: (text: string) => void): (event: WorkEvent) => void {
	let done = 0;
	let failed = 0;
	const sums = () => `${done.toLocaleString("en")} jobs done, ${failed.toLocaleString("en-US")} failed`;
	return (event) => {
		if (event.event === "job-done") done += 1;
		else if (event.event === "job-failed" && !event.handed_back) failed += 1;
		if (event.event === "job-done" || event.event === "job-failed") tell(sums());
		else if (event.event === "waiting") tell(`${sums()}; no job in the queue`);
		else if (event.event === "quiet") tell(`${sums()}; takes no further jobs`);
		else if (event.event === "stopping") tell(`stops, ${event.working} jobs in work: ${event.why}`);
	};
}
