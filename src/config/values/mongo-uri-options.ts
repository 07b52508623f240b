import { nearest } from "../../base/nearest.ts";
import { describeValue, shownKey } from "./describe-value.ts";
import { MONGO_OPTIONS, type OptionValue, spelled } from "./mongo-options.ts";
import { Wrong } from "./wrong.ts";

/** Which members of a set `status` and `batches ls` may read from. */
export interface FollowedPreference {
	readonly mode: string;
	readonly tags: readonly Readonly<Record<string, string>>[];
	readonly maxStalenessSeconds: number | undefined;
}

/** An option that the address says and tangles does not follow. */
export interface OverriddenOption {
	readonly name: string;
	readonly value: string;
	/** True where following it would change what tangles promises. */
	readonly weakens: boolean;
	readonly why: string;
}

/** What the options of an address say. */
export interface MongoUriOptions {
	/** For the driver, by its own names; the files are not among them. */
	readonly honoured: ReadonlyMap<string, string>;
	/** Paths of the files and the passphrase, as written, by the option's name. */
	readonly files: ReadonlyMap<string, string>;
	readonly overridden: readonly OverriddenOption[];
	/** Undefined where the address does not say it: the primary alone. */
	readonly follow: FollowedPreference | undefined;
}

const FILES: ReadonlySet<OptionValue["kind"]> = new Set(["certificates", "revocations", "key", "passphrase"]);

/** Tag sets: `dc:near,rack:1`, and nothing at all for any member. */
function tagSet(value: string): Record<string, string> | undefined {
	const pairs = value.split(",").filter((pair) => pair !== "");
	const named = pairs.map((pair) => /^([^:]+):(.*)$/.exec(pair)).map((found) => found?.slice(1, 3));
	if (named.some((pair) => pair === undefined)) return undefined;
	return Object.fromEntries(named as [string, string][]);
}

const listed = (names: readonly string[]) => `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;

/** What is wrong with an option's value, ending in what is expected; undefined where nothing is. */
function wrongValue(value: string, expected: OptionValue): string | undefined {
	if (value === "" && expected.kind !== "tags") return "has no value; expected ?name=value&name=value";
	switch (expected.kind) {
		case "truth":
			return value === "true" || value === "false" ? undefined : "is not a truth value; expected true or false";
		case "whole": {
			const { least, most = 2 ** 31 - 1 } = expected;
			const fits = /^-?\d{1,10}$/.test(value) && Number(value) >= least && Number(value) <= most;
			return fits ? undefined : `is not in range; expected a whole number from ${least} to ${most}`;
		}
		case "one":
		case "list": {
			const parts = expected.kind === "list" ? value.split(",") : [value];
			const other = parts.find((part) => !expected.of.includes(part));
			if (other === undefined) return undefined;
			const known = Object.hasOwn(expected.not ?? {}, other) ? expected.not?.[other] : undefined;
			return known === undefined ? `is not known; expected ${listed(expected.of)}` : `is not possible: ${known}`;
		}
		case "tags":
			return tagSet(value) === undefined ? "is not a list of tags; expected name:value,name:value" : undefined;
		default:
			return undefined;
	}
}

/** `readPreference=foo`, as far as it may be shown: values are cut, and never those of a passphrase. */
const shownOption = (name: string, value: string, kind: OptionValue["kind"]) =>
	kind === "passphrase" || value === "" ? name : `${name}=${describeValue(value).slice(1, -1)}`;

class Options {
	readonly honoured = new Map<string, string>();
	readonly files = new Map<string, string>();
	readonly overridden: OverriddenOption[] = [];
	readonly wrong: string[] = [];
	readonly #seen = new Set<string>();
	readonly #tags: Record<string, string>[] = [];
	#mode: string | undefined;
	#staleness: number | undefined;

	add(written: string, value: string): void {
		const name = spelled(written);
		const option = name === undefined ? undefined : MONGO_OPTIONS[name];
		if (name === undefined || option === undefined) {
			const near = nearest(written, Object.keys(MONGO_OPTIONS));
			this.wrong.push(`option ${shownKey(written)} is unknown${near === undefined ? "" : `; did you mean ${near}?`}`);
			return;
		}
		if (option.is === "refused") {
			this.wrong.push(`option ${name} is not possible: ${option.why}`);
			return;
		}
		const { kind } = option.value;
		const shown = shownOption(name, value, kind);
		const wrong = wrongValue(value, option.value);
		if (wrong !== undefined) this.wrong.push(`option ${shown} ${wrong}`);
		else if (this.#seen.has(name) && kind !== "tags") this.wrong.push(`option ${name} stands twice; expected it once`);
		else if (option.is === "overridden") {
			this.#follow(name, value);
			if (option.same.includes(value)) return;
			const { weakens, why } = option;
			this.overridden.push({ name, value: shown.slice(name.length + 1), weakens, why });
		} else if (FILES.has(kind)) this.files.set(name, value);
		else this.honoured.set(name, value);
		this.#seen.add(name);
	}

	#follow(name: string, value: string): void {
		if (name === "readPreference") this.#mode = value;
		if (name === "readPreferenceTags") this.#tags.push(tagSet(value) ?? {});
		if (name === "maxStalenessSeconds") this.#staleness = Number(value);
	}

	/** Tags and staleness without a mode, or with `primary`, name no member: the driver refuses them too. */
	get follow(): FollowedPreference | undefined {
		const more = this.#tags.length > 0 || this.#staleness !== undefined;
		if (more && (this.#mode ?? "primary") === "primary") {
			this.wrong.push(
				"readPreferenceTags and maxStalenessSeconds stand without a readPreference that they could narrow",
			);
		}
		if (this.#mode === undefined) return undefined;
		return { mode: this.#mode, tags: this.#tags, maxStalenessSeconds: this.#staleness };
	}
}

/** Reads the options of an address, decoded, or says everything that is wrong with them. */
export function readMongoOptions(written: Iterable<readonly [string, string]>): MongoUriOptions | Wrong {
	const options = new Options();
	for (const [name, value] of written) options.add(name, value);
	const { follow, honoured, files, overridden, wrong } = options;
	if (files.has("tlsCertificateKeyFilePassword") && !files.has("tlsCertificateKeyFile")) {
		wrong.push("option tlsCertificateKeyFilePassword stands without tlsCertificateKeyFile; expected both or neither");
	}
	return wrong.length > 0 ? new Wrong(wrong.join("; ")) : { honoured, files, overridden, follow };
}
