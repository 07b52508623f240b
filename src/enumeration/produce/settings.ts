/** How a run of the producer pushes. */
export interface ProducerSettings {
	/** Jobs the queue may hold before pushing rests. */
	readonly headroom: number;
	readonly pollMs: number;
	/** Chunks in flight, 1 to 64. */
	readonly window: number;
	/** Jobs to a chunk, 1 to 5000. */
	readonly chunk: number;
	/** How long an unreachable or silent server is tried before the run gives up. */
	readonly patienceMs: number;
}
