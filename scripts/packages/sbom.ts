import { $ } from "bun";

// Prints the CycloneDX bill of materials of the executable: the runtime, and the packages of which the bundler takes something, as npm
// describes them from the lock file. A package that is installed for a run need not be in the executable: tsconfig.json replaces some. The
// same commit gives the same bytes: nothing of when, where and by which npm it is made.
// Argument: the seconds since 1970 that it is dated with.

interface Component {
	readonly "bom-ref": string;
	readonly name: string;
	readonly version: string;
	readonly [more: string]: unknown;
}

interface Bill {
	serialNumber?: string;
	metadata: { timestamp: string; lifecycles: unknown; tools: unknown; component: Component };
	components: Component[];
	dependencies: { readonly ref: string; readonly dependsOn?: readonly string[] }[];
	readonly [more: string]: unknown;
}

const [epoch = ""] = process.argv.slice(2);
if (!/^\d+$/.test(epoch)) throw new Error(`the date is "${epoch}", expected seconds since 1970`);

const listed = async (...more: string[]): Promise<Bill> =>
	await $`npm sbom --sbom-format cyclonedx --package-lock-only ${more}`.json();

/** The packages of which there is something in the executable, as `name@version`. */
async function bundled(): Promise<Set<string>> {
	const { metafile } = await Bun.build({
		entrypoints: ["src/entry.ts"],
		target: "bun",
		splitting: true,
		metafile: true,
	});
	if (metafile === undefined) throw new Error("the bundler does not say what it bundles");
	const files = Object.values(metafile.outputs).flatMap(({ inputs }) =>
		Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? file : [])),
	);
	const { packages } = await Bun.file("package-lock.json").json();
	const names = files.flatMap((file) => {
		const [place, name] = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
		return place === undefined ? [] : `${name}@${packages[place]?.version}`;
	});
	return new Set(names);
}

const bill = await listed("--omit", "dev");
// A development dependency for npm; compiled into the executable by the build.
const runtime = (await listed()).components.find(({ name }) => name === "bun");
if (runtime === undefined) throw new Error("the lock file does not name the runtime");

const inside = await bundled();
const packages = bill.components.filter(({ name, version }) => inside.delete(`${name}@${version}`));
if (inside.size > 0) throw new Error(`bundled, but not in the lock file for a run: ${[...inside].join(", ")}`);

// npm takes the folder's name for the project's.
bill.metadata.component = { ...bill.metadata.component, name: "tangles", type: "application" };
bill.metadata.timestamp = new Date(Number(epoch) * 1000).toISOString();
bill.metadata.lifecycles = [{ phase: "build" }];
bill.metadata.tools = [{ vendor: "npm", name: "cli" }];
delete bill.serialNumber;
bill.components = [...packages, { ...runtime, scope: "required" }].toSorted((a, b) => (a.name < b.name ? -1 : 1));
const refs = new Set([bill.metadata.component, ...bill.components].map((component) => component["bom-ref"]));
bill.dependencies = bill.dependencies
	.filter(({ ref }) => refs.has(ref))
	.map(({ dependsOn = [], ...it }) => ({ ...it, dependsOn: dependsOn.filter((ref) => refs.has(ref)) }));
console.log(JSON.stringify(bill, null, 2));
