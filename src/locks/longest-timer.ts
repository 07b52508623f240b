/** The longest time that a timer takes, in ms: 24 days. A timer for longer fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
