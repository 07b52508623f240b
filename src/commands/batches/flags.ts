/** Flags and arguments that several verbs of `batches` share. */
export const DRY_RUN = {
	"dry-run": { type: "boolean", description: "say what would be changed, and change nothing" },
} as const;

export const ID = {
	id: { type: "positional", required: true, description: "full id, such as B400022028241-RT1" },
} as const;
