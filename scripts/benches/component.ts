import { writeFile } from "node:fs/promises";

import { type Figure, measure, megabytes, needed } from "./figures.ts";
import { seedLibrary } from "./library.ts";

const READY = 1000;
const SIZES = [2000, 100_000] as const;
const THREADS = [2, 8] as const;

/** No-op work on 1,000 ready batches, beside 1,000 that are done and beside 99,000. */
export async function component(dir: string): Promise<Figure[]> {
	const figures: Figure[] = [];
	const uri = needed("TANGLES_MONGO_URI");
	const each = new Map<string, number>();
	for (const size of SIZES) {
		const database = `component${size}`;
		const config = `${dir}/${database}.yaml`;
		const env = {
			TANGLES_CONFIG: config,
			TANGLES_MONGO_URI: uri,
			TANGLES_ZOOKEEPER: needed("TANGLES_ZOOKEEPER"),
			PATH: process.env.PATH ?? "",
		};
		for (const threads of THREADS) {
			const sample = { past: ["Data_Archived"], future: ["Batch_Sampled"], event: "Batch_Sampled", "page-size": READY };
			const components = { Sample: { ...sample, "queue-length": READY, "max-threads": threads } };
			await writeFile(config, JSON.stringify({ "db-connection-info": { database }, components }));
			// The first run registers the component, so that the measured one has nothing to derive.
			const begin = async () => void (await measure(["dist/tangles", "component", "Sample", "-q", "--", "true"], env));
			await seedLibrary(uri, database, config, { size, ready: READY, begin });
			if (threads === THREADS[0]) {
				const query = ["batches", "ls", "--past", "Data_Archived", "--future", "Batch_Sampled"];
				const { ms, peak } = await measure(["dist/tangles", ...query], env);
				figures.push({
					what: `batches ls, ${READY} ready of ${size}`,
					value: `${ms.toFixed(0)} ms, ${megabytes(peak)}`,
				});
			}
			const { ms, peak, out } = await measure(["dist/tangles", "component", "Sample", "--", "true"], env);
			if (out.trim().split("\n").length !== READY) throw new Error(`not ${READY} batches were worked on`);
			each.set(`${size} ${threads}`, ms / READY);
			const value = `${(ms / READY).toFixed(2)} ms a batch, ${megabytes(peak)}`;
			figures.push({ what: `${READY} ready of ${size}, max-threads ${threads}`, value });
		}
	}
	for (const threads of THREADS) {
		const [few = 1, many = 1] = SIZES.map((size) => each.get(`${size} ${threads}`));
		figures.push({
			what: `of 100,000 / of 2,000, max-threads ${threads}`,
			value: (many / few).toFixed(2),
			reach: "about 1",
		});
	}
	return figures;
}
