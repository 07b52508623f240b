export type Variables = Readonly<Record<string, string>>;

/** In the environment of all that a test file starts: `scripts/run-tests.ts` finds and ends by it what the file has left. */
const { TEST_FILE_MARK } = process.env;
export const MARK: Variables = TEST_FILE_MARK === undefined ? {} : { TEST_FILE_MARK };
