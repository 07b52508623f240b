import type { PageContext } from "./context.ts";
import { Layout } from "./layout.tsx";
import { Name } from "./text.tsx";

/** What a reader did wrong, or is not there; `status` is the HTTP status. */
export interface ErrorDocument {
	readonly status: number;
	readonly message: string;
	readonly hint?: string | undefined;
}

/** The page for a request that cannot be answered. */
export function errorPage({ status, message, hint }: ErrorDocument, ctx: PageContext) {
	return (
		<Layout title={`Error ${status}`} ctx={ctx}>
			<div class="fault" role="alert">
				<p>
					<strong>
						<Name text={message} most={400} />
					</strong>
				</p>
				{hint !== undefined && (
					<p class="hint">
						Hint: <Name text={hint} most={400} />
					</p>
				)}
			</div>
			<p>
				<a href={`${ctx.basePath}/`}>Go to the overview</a>
			</p>
		</Layout>
	);
}
