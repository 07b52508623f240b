import { concealed, type Revealed } from "../../base/revealed.ts";
import type { MongoConfig } from "../../config/config.ts";
import { runExaminer } from "../../enumeration/verify/examiner/run.ts";
import { openMongo } from "../../servers/mongo/connection.ts";
import { MongoTangleReader } from "../../servers/mongo/tangle-reader.ts";

interface Source {
	readonly server: MongoConfig;
	readonly collection: string;
	readonly patienceMs: number;
}

/** Where an examiner reads the tangles, as it goes through a channel. */
export type ExaminerSource = Revealed<Source>;

/** The role of an examiner: reads and judges parts of the tangles for the run that started it. */
export function becomeExaminer(exit: () => void): void {
	runExaminer((source, log) => {
		const { server, collection, patienceMs } = concealed<Source>(source as ExaminerSource);
		return new MongoTangleReader(openMongo(server, patienceMs, log), collection);
	}, exit);
}
