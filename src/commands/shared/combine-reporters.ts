/** A listener that passes each event on to all of `listeners`, in their order. */
export function combineReporters<E>(...listeners: readonly ((event: E) => void)[]): (event: E) => void {
	return (event) => {
		for (const listener of listeners) listener(event);
	};
}
