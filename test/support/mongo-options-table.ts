import { MONGO_OPTIONS, type MongoOption } from "../../src/config/values/mongo-options.ts";

const TREATMENTS = ["honoured", "overridden", "refused"] as const;

const what = (option: MongoOption) => (option.is === "overridden" && option.weakens ? "overridden, told" : option.is);

/** The table of `mongo-options.ts` in Markdown, options of one treatment and one reason in one row. */
export function optionsTable(): string {
	const rows = new Map<string, string[]>();
	for (const treatment of TREATMENTS) {
		for (const [name, option] of Object.entries(MONGO_OPTIONS)) {
			if (option.is !== treatment) continue;
			const key = `${what(option)} | ${option.why.replaceAll("|", "\\|")}`;
			rows.set(key, [...(rows.get(key) ?? []), `\`${name}\``]);
		}
	}
	const lines = [...rows].map(([key, names]) => `| ${names.join(", ")} | ${key} |`);
	return ["| option | what becomes of it | why |", "|---|---|---|", ...lines].join("\n");
}
