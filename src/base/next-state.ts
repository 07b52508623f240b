/** The states of a machine, each with the states that may follow it. */
export type StateTable<State extends string> = Readonly<Record<State, readonly State[]>>;

/** Returns `to`. Throws an `Error` that names the machine and both states where `to` may not follow `from`. */
export function nextState<State extends string>(
	table: StateTable<State>,
	machine: string,
	from: State,
	to: State,
): State {
	if (!table[from].includes(to)) throw new Error(`a ${machine} cannot go from ${from} to ${to}`);
	return to;
}
