import { isAlias, isScalar, isSeq, isMap as isYamlMap, type LineCounter } from "yaml";
import { shownKey } from "../values/describe-value.ts";
import { emptyMap, SourcePlaces, type Value } from "./tree.ts";
import { YAML_MESSAGES } from "./yaml-messages.ts";

/** Takes a fault in a file's form, with its line. */
export type ReportFault = (line: number, text: string) => void;

/** Anchors exist to share a list or two; a bomb needs far more values than this. */
const MOST_ALIASED_VALUES = 2000;
/** How many lists and maps may stand around a value; the deepest key has four. */
export const DEEPEST = 32;
const NO_ANCHOR = "an alias (*name) has no anchor (&name) above it; text that begins with * goes in quotes";

/** Turns a document's nodes into plain values and their places. What it has to leave out goes to `report`. */
export class YamlWalk {
	readonly places = new SourcePlaces();
	readonly #lines: LineCounter;
	readonly #report: ReportFault;
	readonly #told = new Set<string>();
	/** The nodes by their anchors, as far as the walk has come: the library searches the document for each alias. */
	readonly #anchors = new Map<string, unknown>();
	#aliased = 0;

	constructor(lines: LineCounter, report: ReportFault) {
		this.#lines = lines;
		this.#report = report;
	}

	/** True while nothing had to be left out. */
	get whole(): boolean {
		return this.#told.size === 0;
	}

	#leaveOut(line: number, text: string): undefined {
		// One fault for an alias bomb, not one for each of its copies.
		if (!this.#told.has(text)) this.#report(line, text);
		this.#told.add(text);
		return undefined;
	}

	#remember(node: unknown): void {
		if ((isScalar(node) || isSeq(node) || isYamlMap(node)) && node.anchor !== undefined) {
			this.#anchors.set(node.anchor, node);
		}
	}

	#lineOf(node: unknown, otherwise: number): number {
		const range = isScalar(node) || isAlias(node) || isSeq(node) || isYamlMap(node) ? node.range : undefined;
		return range ? this.#lines.linePos(range[0]).line : otherwise;
	}

	/** Undefined for what had to be left out. `inAlias`: the value stands elsewhere and counts as a copy. */
	value(node: unknown, path: readonly string[], at: number, inAlias: boolean): Value | undefined {
		const line = inAlias ? at : this.#lineOf(node, at);
		if (path.length > DEEPEST) return this.#leaveOut(line, YAML_MESSAGES.RESOURCE_EXHAUSTION);
		if (inAlias) {
			this.#aliased += 1;
			if (this.#aliased > MOST_ALIASED_VALUES) {
				return this.#leaveOut(line, `aliases (*name) stand for more than ${MOST_ALIASED_VALUES} values; write fewer`);
			}
		}
		if (isAlias(node)) {
			const target = this.#anchors.get(node.source);
			// The alias's name is not shown: it may be a password that begins with a star.
			if (target === undefined) return this.#leaveOut(line, NO_ANCHOR);
			this.#place(target, path, line, true);
			return this.value(target, path, line, true);
		}
		if (!inAlias) this.#remember(node);
		if (isSeq(node)) {
			return node.items.flatMap((item, position) => {
				const own = [...path, String(position)];
				this.#place(item, own, line, inAlias);
				const value = this.value(item, own, line, inAlias);
				return value === undefined ? [] : [value];
			});
		}
		if (isYamlMap(node)) return this.#map(node.items, path, line, inAlias);
		if (!isScalar(node)) return null;
		const value: unknown = node.value;
		return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
	}

	#map(
		items: readonly { key: unknown; value: unknown }[],
		path: readonly string[],
		at: number,
		inAlias: boolean,
	): Value {
		const map = emptyMap();
		const first = new Map<string, number>();
		for (const pair of items) {
			if (!inAlias) this.#remember(pair.key);
			const key = isScalar(pair.key) ? String(pair.key.value) : "";
			const own = [...path, key];
			const line = inAlias ? at : this.#lineOf(pair.key, at);
			const earlier = first.get(key);
			const shown = own.map(shownKey).join(".");
			if (earlier !== undefined) {
				this.#leaveOut(line, `${shown}: stands twice; expected once (first on line ${earlier})`);
				continue;
			}
			if (key === "<<")
				this.#leaveOut(line, `${shown}: is a merge key, which is not used here; expected to write the keys out`);
			first.set(key, line);
			this.#place(pair.value, own, line, true);
			const value = this.value(pair.value, own, line, inAlias);
			if (value !== undefined) map[key] = value;
		}
		return map;
	}

	#place(node: unknown, path: readonly string[], line: number, keepLine: boolean): void {
		const source = isScalar(node) ? node.source : undefined;
		this.places.set(path, {
			line: keepLine ? line : this.#lineOf(node, line),
			key: path.map(shownKey).join("."),
			...(source === undefined ? {} : { source }),
		});
	}
}
