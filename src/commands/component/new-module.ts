import { Fault, messageOf } from "../../base/fault.ts";
import { createFile } from "../../base/whole-file.ts";
import { TEMPLATE } from "../../line/component/module/template.ts";

/** Writes a module to start from. Throws a Fault "failed" where the file is there already or cannot be written. */
export async function writeTemplate(file: string): Promise<void> {
	try {
		await createFile(file, TEMPLATE);
	} catch (cause) {
		const there = (cause as NodeJS.ErrnoException).code === "EEXIST";
		throw new Fault(
			"failed",
			`--new ${file}: ${there ? "the file is there already; it is left as it is" : messageOf(cause)}`,
			{
				hint: there ? "give another name" : "give the path of a new file in a folder that may be written to",
				cause,
			},
		);
	}
}
