import type { PageContext } from "./context.ts";
import { Layout } from "./layout.tsx";

/** What a reader did wrong, or is not there; `status` is the HTTP status. */
export interface ErrorDocument {
	readonly status: number;
	readonly message: string;
	readonly hint?: string | undefined;
}

/** The page for a request that cannot be answered. */
export function errorPage({ message, hint }: ErrorDocument, ctx: PageContext) {
	return (
		<Layout title={message} ctx={ctx}>
			<p>{hint ?? ""}</p>
		</Layout>
	);
}
