import type { SECTION_KEYS } from "./keys.ts";

/** What a manual says of a key beside its type, which its schema tells. */
export interface KeyDoc {
	readonly says: string;
	/** As a file would write it; absent where there is none. */
	readonly default?: string;
	/** What a number counts. */
	readonly unit?: string;
	/** The environment variable that beats the key. */
	readonly variable?: string;
}

type SectionDocs = {
	readonly [S in keyof typeof SECTION_KEYS]: {
		readonly says: string;
		readonly keys: { readonly [K in keyof (typeof SECTION_KEYS)[S]]: KeyDoc };
	};
};

const PASSWORD = "the password; better password-file, which only the user of tangles may read";
const TLS_FILES = {
	"tls-ca-file": { says: "certificates, in PEM, of the authorities to trust in place of the public ones" },
	"tls-cert-file": { says: "our certificate, in PEM, for a server that asks for one; with tls-key-file" },
	"tls-key-file": { says: "the key of tls-cert-file, in PEM, without a passphrase" },
} as const;

/** Every key of every section, in the order in which a manual has them. */
export const KEY_DOCS: SectionDocs = {
	"faktory-connection-info": {
		says: "The job server. FAKTORY_PROVIDER may name another variable than FAKTORY_URL.",
		keys: {
			domain: { says: "host name or IP address", variable: "FAKTORY_URL" },
			port: { says: "TCP port", default: "7419", variable: "FAKTORY_URL" },
			password: { says: PASSWORD, variable: "FAKTORY_URL" },
			"password-file": { says: "file that holds the password on its only line", variable: "FAKTORY_URL" },
			tls: {
				says: "encrypt the connection; true where a file for it is named",
				default: "false",
				variable: "FAKTORY_URL",
			},
			...TLS_FILES,
			queue: { says: "queue of the jobs", default: "arborescent" },
		},
	},
	"db-connection-info": {
		says: "The MongoDB-compatible server. The variable TANGLES_MONGO_URI takes the place of its address and login.",
		keys: {
			uri: {
				says: "address with its options; replaces domain, port, user, password and tls",
				variable: "TANGLES_MONGO_URI",
			},
			domain: { says: "host name or IP address", variable: "TANGLES_MONGO_URI" },
			port: { says: "TCP port", default: "27017", variable: "TANGLES_MONGO_URI" },
			user: { says: "login; needs the role readWrite on the database", variable: "TANGLES_MONGO_URI" },
			password: { says: PASSWORD, variable: "TANGLES_MONGO_URI" },
			"password-file": { says: "file that holds the password on its only line", variable: "TANGLES_MONGO_URI" },
			database: {
				says: "the database; else the one in the address's path",
				default: "tanglenomicon",
				variable: "TANGLES_MONGO_URI",
			},
			tls: {
				says: "encrypt the connection; true where a file for it is named",
				default: "false",
				variable: "TANGLES_MONGO_URI",
			},
			...TLS_FILES,
		},
	},
	"tangle-collections": {
		says: "The collections of the enumeration.",
		keys: {
			stencil_col_name: { says: "collection of the stencils", default: "arborescent_stencils" },
			col_name: { says: "collection of the tangles", default: "arborescent_tangles" },
			page_size: { says: "tangles to a page", default: "500", unit: "tangles" },
		},
	},
	"zookeeper-connection-info": {
		says: "The servers that keep the locks.",
		keys: {
			connect: { says: "h1:2181,[::1]:2182/chroot; every address is tried", variable: "TANGLES_ZOOKEEPER" },
			"session-timeout": {
				says: "a dead host's locks are free after so long; two ticks of the servers at least",
				default: "15s",
			},
			"lock-layout": { says: "one layout of Curator where only clients of one kind run", default: "both" },
			"auth-file": { says: "file with user:password, for the scheme digest" },
			tls: { says: "encrypt the connection; true where a file for it is named", default: "false" },
			...TLS_FILES,
		},
	},
	producer: {
		says: "How produce pushes, and how long every command tries a server.",
		keys: {
			headroom: {
				says: "what the queue may hold; then pushing rests until half is free",
				default: "100000",
				unit: "jobs",
			},
			poll: { says: "time between two looks at the queue", default: "3s" },
			window: { says: "chunks in flight", default: "8", unit: "chunks" },
			chunk: { says: "jobs to a chunk", default: "1000", unit: "jobs" },
			patience: { says: "how long a server that is out of reach is tried, by every command", default: "60s" },
		},
	},
	batches: {
		says: "The library's batches.",
		keys: {
			col_name: { says: "collection of the batches", default: "batches" },
			"stop-event": {
				says: "type of the event that stops a batch for every component without it in past",
				default: "Manually_stopped",
			},
		},
	},
	components: {
		says: "The stations of the assembly line: these keys stand below the name of each.",
		keys: {
			past: { says: "events whose newest succeeded", default: "[]" },
			future: { says: "events that never happened", default: "[]" },
			old: { says: "events that never happened, or that the batch was changed after", default: "[]" },
			types: { says: "types of batch; all where it is empty", default: "[]" },
			event: { says: "type of the event that the component records" },
			version: { says: "stands in the event's agent", default: "1.0" },
			"max-threads": { says: "batches worked on at a time", default: "1", unit: "batches" },
			"queue-length": { says: "batches locked at a time", default: "1", unit: "batches" },
			"simultaneous-processes": { says: "both of the above, where they are not given", default: "1", unit: "batches" },
			simultaneousProcesses: { says: "the same, as the existing framework spells it", default: "1", unit: "batches" },
			"max-runtime": {
				says: "time for one batch; all of max-run where that is given; then its work is stopped",
				default: "1h",
			},
			"max-run": { says: "time for the whole run, from its start; without it there is no limit" },
			"threads-per-batch": { says: "TANGLES_THREADS of the work", default: "1", unit: "threads" },
			"max-results": { says: "failures that a report keeps", default: "1000", unit: "failures" },
			"page-size": { says: "batches to a page of the query", default: "100", unit: "batches" },
			command: { says: "the work: a program and its arguments" },
		},
	},
};
