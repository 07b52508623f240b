import type { WrongQuery } from "../batch-query.ts";
import { BatchFilterForm, FILTER_FIELDS } from "./batch-filter.tsx";
import type { PageContext } from "./context.ts";
import { Layout } from "./layout.tsx";
import { Name } from "./text.tsx";

/** What was asked of the list of batches, and what is wrong with it. */
export interface WrongFilter extends WrongQuery {
	readonly parameters: URLSearchParams;
	/** Types of event that can be chosen instead. */
	readonly events: readonly string[];
}

/** The form of the list as it was filled in, with each fault beside its field: no list is shown. */
export function wrongFilterPage({ parameters, events, faults }: WrongFilter, ctx: PageContext) {
	return (
		<Layout title="Batches" ctx={ctx}>
			<div class="fault" role="alert">
				<p>
					<strong>
						<span aria-hidden="true">✗</span> No batch is listed: the filter cannot be used.
					</strong>
				</p>
				<ul>
					{[...faults].map(([name, { message, hint }]) => (
						<li>
							<Name text={message} />: {FILTER_FIELDS.includes(name) ? <a href={`#${name}`}>correct it</a> : hint}
						</li>
					))}
				</ul>
			</div>
			<BatchFilterForm parameters={parameters} events={events} faults={faults} ctx={ctx} />
		</Layout>
	);
}
