import { hostname } from "node:os";
import { Fault, messageOf } from "../../base/fault.ts";
import { serviceManager } from "../../base/service-manager.ts";
import { command } from "../../cli/command.ts";
import { ageFlag, durationFlag, fileFlag, parsedFlag } from "../../cli/flags.ts";
import { timed } from "../../cli/output.ts";
import { parseBasePath, parseHosts, parseListen } from "./listen-flag.ts";

const SHORTEST_EVERY_MS = 1000;

export default command(
	{
		name: "serve",
		details:
			"Pages on http://127.0.0.1:7430 that show what runs, what waits, what failed, and\n" +
			"what should have happened and did not; /metrics for Prometheus, /healthz, and\n" +
			"the documents of --json below /api/. Nothing can be changed through it. All\n" +
			"readers share one look at the servers each --every; where nobody reads, they are\n" +
			"not asked. On an address that other hosts reach it wants --password-file.",
		componentsApart: true,
		examples: [
			{ run: "tangles serve", does: "the pages, for this host's users" },
			{
				run: "tangles serve --base-path /tangles --host library.example.org",
				does: "behind a reverse proxy, as https://library.example.org/tangles/",
			},
		],
	},
	{
		listen: parsedFlag("HOST:PORT", parseListen, { default: "127.0.0.1:7430", description: "where to listen" }),
		every: durationFlag({ default: "5s", description: "time between two looks at the servers, 1s or more" }),
		"password-file": fileFlag({ description: "a login for the pages: one line user:password, mode 600" }),
		"base-path": parsedFlag("PATH", parseBasePath, { description: "path under which a proxy shows the pages" }),
		host: {
			...parsedFlag("NAMES", parseHosts, { description: "further names under which readers may ask" }),
			list: true,
		},
		overdue: ageFlag({ default: "7d", description: "a batch that waits at a station for longer is overdue" }),
	},
	async (context) => {
		const { args, cwd, log, out, signal, version } = context;
		const { listen: address, every: everyMs, overdue: overdueMs, "base-path": basePath = "", host = [] } = args;
		if (everyMs < SHORTEST_EVERY_MS) {
			throw new Fault("usage", "--every is too short", { hint: "give 1s or more: every look asks every server" });
		}
		const file = args["password-file"];
		if (!address.isLoopback && file === undefined) {
			throw new Fault("usage", `--listen ${address.hostname}:${address.port} is reached by other hosts`, {
				hint: "give --password-file FILE, or listen on 127.0.0.1 behind a proxy that asks for a login",
			});
		}
		const { readPasswordFile } = await import("./password-file.ts");
		const secret = file === undefined ? undefined : await readPasswordFile(cwd, file);
		const { warningLines } = await import("../doctor/config-part.ts");
		const odd: Parameters<typeof warningLines>[0] = [];
		const config = await context.configWith(warningLines(odd));
		if (config.mongo === undefined && config.faktory === undefined && config.zookeeper === undefined) {
			throw new Fault("config", `${config.file ?? "no config file"}: no server is named`, {
				hint: "write faktory-connection-info, db-connection-info or zookeeper-connection-info",
			});
		}
		const { openSite } = await import("./open-site.ts");
		const unforeseen = (error: unknown) => {
			log.error(`unforeseen: ${messageOf(error)}`);
			log.debug(error instanceof Error ? (error.stack ?? "") : "");
		};
		const names = [hostname().toLowerCase(), address.hostname.toLowerCase(), ...host];
		await using site = await openSite(
			{ config, odd, log, signal, unforeseen, everyMs, overdueMs, version },
			{ address, basePath, hosts: names, secret },
		);
		const tell = (event: string, more: object) => out.event(timed({ event, ...more }));
		using manager = serviceManager({ env: context.env, log, signal, restMs: everyMs, idles: true });
		manager.ready(`pages on ${site.url}`);
		log.info(`pages on ${site.url}`);
		tell("listening", { url: site.url });
		const { promise, resolve } = Promise.withResolvers<void>();
		signal.addEventListener("abort", () => resolve(), { once: true });
		if (!signal.aborted) await promise;
		tell("stopped", { why: messageOf(signal.reason) });
		throw signal.reason;
	},
);
