import { Fault } from "../../base/fault.ts";

const MOST_CHARACTERS = 200;
const NAME = /^[^\s,\p{C}]+(?: [^\s,\p{C}]+)*$/u;

/** What a type of event or batch may be called by us; documents of others may hold more. */
export const NAME_RULE = `1 to ${MOST_CHARACTERS} printable characters without a comma, and no blanks at the ends`;

/** True where a type of event or batch may be called so: it can stand in the comma lists that name it. */
export function isName(text: string): boolean {
	return text.length <= MOST_CHARACTERS && NAME.test(text);
}

/** The name that `where` gives, such as `--type`. Throws a usage fault. */
export function checkName(where: string, text: string): string {
	if (isName(text)) return text;
	throw new Fault("usage", `${where} is ${JSON.stringify(text)}`, { hint: `write a name: ${NAME_RULE}` });
}

/** The names of a comma list, blanks around them left out; none where it was not given. Throws a usage fault. */
export function nameList(where: string, text: string | undefined): string[] {
	if (text === undefined) return [];
	return text.split(",").map((part) => checkName(where, part.trim()));
}
