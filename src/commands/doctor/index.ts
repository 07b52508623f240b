import type { DoctorDocument, DoctorLine } from "../../base/doctor-line.ts";
import { Fault, isFault } from "../../base/fault.ts";
import { command } from "../../cli/command.ts";
import { configLines, warningLines } from "./config-part.ts";
import { containmentLine } from "./containment-part.ts";
import { examine } from "./examine.ts";
import { hostLines } from "./host-part.ts";
import { fail } from "./line.ts";
import { doctorText } from "./text.ts";

export default command(
	{
		name: "doctor",
		details:
			"Each line is ok, warn or fail, with the hint. Writes and deletes in a scratch\n" +
			"place of each server to try the rights, and touches nothing else. Exit 1 where\n" +
			"anything fails.",
		componentsApart: true,
		examples: [
			{ run: "tangles doctor", does: "check everything that is configured" },
			{ run: "tangles doctor --json", does: "the same as one JSON document" },
		],
	},
	{},
	async (context) => {
		const { out, log, signal } = context;
		const odd: DoctorLine[] = [];
		let lines: DoctorLine[];
		try {
			const config = await context.configWith(warningLines(odd));
			const servers = await examine(config, { log, signal, tryRights: true });
			lines = [...hostLines(), ...configLines(config), ...odd, containmentLine(), ...servers];
		} catch (error) {
			if (!isFault(error, "config")) throw error;
			const hint = "correct the file or the environment; `tangles --help` and the README have the keys";
			const faults = error.message.split("\n").map((text) => fail("config", text, error.hint ?? hint));
			lines = [...hostLines(), ...faults, ...odd];
		}
		const failed = lines.filter(({ state }) => state === "fail").length;
		const warned = lines.filter(({ state }) => state === "warn").length;
		const document: DoctorDocument = { failed, warned, lines };
		out.document(document, () => doctorText(lines));
		if (failed > 0)
			throw new Fault("failed", `${failed} of ${lines.length} checks failed`, { hint: "see the lines above" });
	},
);
