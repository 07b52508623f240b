/** What is called as a stream of text ends. */
export interface StreamEnd {
	/** Once, however it ends: also where its reader leaves. */
	readonly ended: () => void;
	readonly failed: (error: unknown) => void;
}

/**
 * Pieces of text as a body, each made when the reader has taken the one before. Rejects where not even the first piece
 * can be had: then an answer can still say why. Later faults cut the body off, so that it is not taken for a whole one.
 */
export async function textStream(pieces: AsyncIterable<string>, { ended, failed }: StreamEnd): Promise<ReadableStream> {
	const encoder = new TextEncoder();
	const iterator = pieces[Symbol.asyncIterator]();
	let first: IteratorResult<string> | undefined;
	try {
		first = await iterator.next();
	} catch (error) {
		ended();
		throw error;
	}
	let done = false;
	const end = () => {
		if (!done) ended();
		done = true;
	};
	return new ReadableStream<Uint8Array>(
		{
			pull: async (controller) => {
				try {
					const { value, done: last } = first ?? (await iterator.next());
					first = undefined;
					if (last === true) {
						controller.close();
						end();
					} else controller.enqueue(encoder.encode(value));
				} catch (error) {
					failed(error);
					controller.error(error);
					end();
				}
			},
			cancel: async () => {
				end();
				await iterator.return?.();
			},
		},
		{ highWaterMark: 0 },
	);
}
