import type { ProduceEvent } from "../../enumeration/produce/events.ts";

const grouped = (count: number) => count.toLocaleString("en");

/** Gives the service manager's status line of a producer, such as `TCN 9: 1,200 of 5,000 pushed`, by its events. */
export function produceStatus(show: (text: string) => void): (event: ProduceEvent) => void {
	let tcn = 0;
	return (event) => {
		switch (event.event) {
			case "stencil-started":
				tcn = event.tcn;
				return show(`TCN ${tcn}: looks for the pages of ${event.rootstock_tcn}+${event.scion_tcn}`);
			case "pages":
				return show(`TCN ${tcn}: ${grouped(event.pushed_before)} of ${grouped(event.jobs)} pushed`);
			case "progress":
				return show(`TCN ${tcn}: ${grouped(event.pushed)} of ${grouped(event.total)} pushed`);
			case "waiting": {
				const { enqueued, scheduled, retries, working, dead } = event;
				const open = `${grouped(enqueued + scheduled + retries + working)} jobs to do, ${grouped(dead)} dead`;
				return show(event.for === "headroom" ? `rests, the queue is full: ${open}` : `waits for workers: ${open}`);
			}
			case "tcn-complete":
				return show(`TCN ${event.tcn} is complete`);
			case "tcn-reopened":
				return show(`TCN ${event.tcn} is not complete after all`);
			case "stencil-complete":
			case "stopped":
				return;
		}
	};
}
