// Grafting word for word as it is defined, on copies of trees, with nothing of src/enumeration/tangles: what that is
// compared with.

/** `weights[k]` sits in the gap before child k, the last one behind the last child. */
export interface Tree {
	children: Tree[];
	weights: number[];
}

export interface Emitted {
	notation: string;
	is_good: boolean;
	positivity: "positive" | "negative" | "neutral";
}

const lastWeight = (tree: Tree) => tree.weights[tree.weights.length - 1] ?? Number.NaN;
const isLeaf = (tree: Tree) => tree.children.length === 0;
const isStickNode = (tree: Tree) => tree.children.length === 1;
const isEssential = (tree: Tree) => tree.children.length >= 2;
const copy = (tree: Tree): Tree => ({ children: tree.children.map(copy), weights: [...tree.weights] });
const node = (children: Tree[], weight: number): Tree => ({ children, weights: [...children.map(() => 0), weight] });

/** Reads a canonical notation. */
export function parseTree(notation: string): Tree {
	let rest = notation.slice(1);
	const readNode = (): Tree => {
		const bracket = /^\[([^\]]*)\]/.exec(rest);
		if (bracket !== null) {
			rest = rest.slice(bracket[0].length);
			const numbers = (bracket[1] ?? "").split(" ").map(Number);
			const build = (depth: number): Tree => {
				const weight = (numbers[numbers.length - 1 - depth] ?? Number.NaN) * (-1) ** depth;
				return node(depth === numbers.length - 1 ? [] : [build(depth + 1)], weight);
			};
			return build(0);
		}
		rest = rest.slice(1);
		const children: Tree[] = [];
		while (rest.startsWith("[") || rest.startsWith("(")) children.push(readNode());
		const weight = rest.slice(0, rest.indexOf(")"));
		rest = rest.slice(weight.length + 1);
		return node(children, Number(weight));
	};
	return readNode();
}

export function printTree(tree: Tree): string {
	return `i${printNode(tree)}`;
}

function printNode(tree: Tree): string {
	const run = [tree];
	let end = tree;
	for (let [below] = tree.children; below !== undefined && isStickNode(end); [below] = end.children) {
		run.push(below);
		end = below;
	}
	if (isLeaf(end))
		return `[${run
			.map((each, depth) => lastWeight(each) * (-1) ** depth || 0)
			.toReversed()
			.join(" ")}]`;
	return `(${tree.children.map(printNode).join("")}${lastWeight(tree) || ""})`;
}

function isRing(tree: Tree): boolean {
	const e = lastWeight(tree);
	return (
		Math.abs(e) === 1 && tree.children.length === 2 && tree.children.every((v) => isLeaf(v) && lastWeight(v) === 2 * e)
	);
}

function moveRings(tree: Tree): void {
	tree.children = [...tree.children.filter((child) => !isRing(child)), ...tree.children.filter(isRing)];
	tree.children.forEach(moveRings);
}

function passesRootCheck(root: Tree): boolean {
	const p = lastWeight(root);
	for (const v of [root, ...root.children]) if (v.weights.filter((weight) => weight !== 0).length > 1) return false;
	for (const v of root.children) {
		const a = lastWeight(v);
		if (isEssential(root) && isStickNode(v) && Math.abs(a) === 1) return false;
		if (!isEssential(root) && (isLeaf(v) || isStickNode(v)) && a * p > 0) return false;
		if (isStickNode(v)) {
			if (a === 0) return false;
			for (const g of v.children) {
				if (isEssential(g) && Math.abs(a) === 1) return false;
				if (!isEssential(g) && a * lastWeight(g) > 0) return false;
			}
		}
		if (isLeaf(v) && Math.abs(a) === 1) return false;
	}
	return true;
}

function positivity(root: Tree): "positive" | "negative" | "neutral" | "undefined" {
	const signs = new Set<number>();
	const look = (tree: Tree) => {
		for (const child of tree.children) {
			const a = lastWeight(child);
			const counts = isLeaf(child) || (isStickNode(child) && child.children.every(isEssential));
			if (isEssential(tree) && counts && Math.abs(a) === 2) signs.add(Math.sign(a));
			look(child);
		}
	};
	look(root);
	if (signs.size === 0) return "neutral";
	if (signs.size === 2) return "undefined";
	return signs.has(1) ? "positive" : "negative";
}

const isGood = (root: Tree) => !(root.children.length < 2 && lastWeight(root) === 0);

/** What the pair emits, in order: nothing, one tangle, or two. */
export function referenceGraft(rootstock: Tree, scion: Tree): Emitted[] {
	const result = copy(rootstock);
	result.weights = [...result.weights.slice(0, -1), 0, lastWeight(rootstock)];
	result.children.push(copy(scion));
	moveRings(result);
	if (!passesRootCheck(result)) return [];
	const sign = positivity(result);
	if (sign === "undefined") return [];
	const emit = () => ({ notation: printTree(result), is_good: isGood(result), positivity: sign });
	const emitted = [emit()];
	if (rootstock.children.length === 1) {
		result.weights = [...result.weights.slice(0, -1), -lastWeight(result)];
		emitted.push(emit());
	}
	return emitted;
}

const CLASS_PAIRS = ["+ +", "+ 0", "- -", "- 0", "0 +", "0 -", "0 0"];
const SYMBOLS = { positive: "+", negative: "-", neutral: "0" } as const;
type Stored = Emitted;

/** All that a job stores, without the repeated ones: class by class, then the un-good step. */
export function referenceJob(rootstocks: readonly Stored[], scions: readonly Stored[]): Emitted[] {
	const produced = new Map<string, Emitted>();
	const store = (emitted: Emitted[]) => {
		for (const each of emitted) if (!produced.has(each.notation)) produced.set(each.notation, each);
	};
	for (const pair of CLASS_PAIRS) {
		for (const rootstock of rootstocks) {
			for (const scion of scions) {
				if (`${SYMBOLS[rootstock.positivity]} ${SYMBOLS[scion.positivity]}` !== pair) continue;
				store(referenceGraft(parseTree(rootstock.notation), parseTree(scion.notation)));
			}
		}
	}
	const zero = parseTree("i[0]");
	for (const notation of [...produced.keys()]) store(referenceGraft(zero, parseTree(notation)));
	return [...produced.values()];
}
