let id: string | undefined;

/** The id of this run: in its locks' nodes, its log lines and its pings. */
export function runId(): string {
	id ??= crypto.randomUUID();
	return id;
}
