import { $ } from "bun";

// Prints the CycloneDX bill of materials of the executable: what npm finds in the lock file for a run, and the runtime. The same commit
// gives the same bytes: nothing of when, where and by which npm it is made.
// Argument: the seconds since 1970 that it is dated with.

interface Component {
	readonly name: string;
	readonly version: string;
	readonly [more: string]: unknown;
}

interface Bill {
	serialNumber?: string;
	metadata: { timestamp: string; tools: unknown; component: Component };
	components: Component[];
	readonly [more: string]: unknown;
}

const [epoch = ""] = process.argv.slice(2);
if (!/^\d+$/.test(epoch)) throw new Error(`the date is "${epoch}", expected seconds since 1970`);

const listed = async (...more: string[]): Promise<Bill> =>
	await $`npm sbom --sbom-format cyclonedx --package-lock-only ${more}`.json();

const bill = await listed("--omit", "dev");
// A development dependency for npm; compiled into the executable by the build.
const runtime = (await listed()).components.find(({ name }) => name === "bun");
if (runtime === undefined) throw new Error("the lock file does not name the runtime");

// npm takes the folder's name for the project's.
bill.metadata.component = { ...bill.metadata.component, name: "tangles", type: "application" };
bill.metadata.timestamp = new Date(Number(epoch) * 1000).toISOString();
bill.metadata.tools = [{ vendor: "npm", name: "cli" }];
delete bill.serialNumber;
bill.components = [...bill.components, { ...runtime, scope: "required" }].toSorted((a, b) =>
	a.name < b.name ? -1 : 1,
);
console.log(JSON.stringify(bill, null, 2));
