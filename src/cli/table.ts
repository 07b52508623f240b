import Table from "cli-table3";

/** A plain table: columns separated by blanks, no borders, numbers to the right. Empty rows give the head alone. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
	const bare = {
		...{ top: "", "top-mid": "", "top-left": "", "top-right": "", bottom: "", "bottom-mid": "", "bottom-left": "" },
		...{
			"bottom-right": "",
			left: "",
			"left-mid": "",
			mid: "",
			"mid-mid": "",
			right: "",
			"right-mid": "",
			middle: "  ",
		},
	};
	const made = new Table({
		head: [...head],
		chars: bare,
		colAligns: head.map((_, column) => (rows.some((row) => typeof row[column] === "number") ? "right" : "left")),
		style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
	});
	made.push(...rows.map((row) => [...row]));
	return made
		.toString()
		.split("\n")
		.map((line) => line.trimEnd())
		.join("\n");
}
