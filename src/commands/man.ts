import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Fault, messageOf } from "../base/fault.ts";
import { replaceFile } from "../base/whole-file.ts";
import { command } from "../cli/command.ts";
import { fileFlag } from "../cli/flags.ts";
import { commandPages } from "../cli/man/command-pages.ts";
import { configPage } from "../cli/man/config-page.ts";
import { pageText } from "../cli/man/roff.ts";

/** The day of the edition: https://reproducible-builds.org/specs/source-date-epoch/, else today. */
function editionDate(epoch: string | undefined): Date {
	if (epoch === undefined || epoch === "") return new Date();
	if (/^\d{1,11}$/.test(epoch)) return new Date(Number(epoch) * 1000);
	throw new Fault("config", `environment SOURCE_DATE_EPOCH: is not a time (found ${epoch})`, {
		hint: "expected whole seconds since 1970, such as those of `git log -1 --format=%ct`",
	});
}

export default command(
	{
		name: "man",
		details:
			"Writes tangles.1, a page for each command, and tangles.yaml.5 into the folder,\n" +
			"which is made where it is not there. They are made of what --help shows and of\n" +
			"the config's keys. Read one by man -l DIR/tangles.1. Their date is that of\n" +
			"$SOURCE_DATE_EPOCH, else today.",
		examples: [
			{ run: "tangles man --dir man", does: "all pages, into the folder man" },
			{ run: "tangles man --dir man --json", does: "the same, with the files that were written on stdout" },
		],
	},
	{ dir: fileFlag({ description: "the folder to write to", required: true }) },
	async ({ args, env, out, verbs, version }) => {
		const edition = { version, date: editionDate(env.SOURCE_DATE_EPOCH) };
		const pages = [...(await commandPages(verbs)), configPage()];
		try {
			await mkdir(args.dir, { recursive: true });
			const files: string[] = [];
			for (const page of pages) {
				const file = join(args.dir, `${page.name}.${page.section}`);
				await replaceFile(file, pageText(page, edition));
				files.push(file);
			}
			out.document({ files }, () => `${files.length} pages are in ${args.dir}\n`);
		} catch (error) {
			if (error instanceof Fault) throw error;
			throw new Fault("usage", `--dir ${args.dir} cannot be written: ${messageOf(error)}`, {
				hint: "give a folder that this user may write to, or make",
			});
		}
	},
);
