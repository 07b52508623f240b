/** See README.md, "States". */
export type SessionState = "connected" | "suspended" | "lost";

/** What a node carries beside its data. */
export interface NodeFacts {
	/** Number of the transaction that created the node: only grows, also across paths. */
	readonly czxid: bigint;
	/** Session that owns the node; 0 for one that stays. */
	readonly owner: bigint;
	/** When it was created, by the server's clock, in ms since 1970. */
	readonly createdMs: number;
	/** Number of its children. */
	readonly children: number;
	/** How often a child of it was created or deleted. */
	readonly childChanges: number;
}

export interface NodeRead extends NodeFacts {
	readonly data: Buffer;
}

/** An ephemeral, sequential node `<prefix><10 digits>` in `dir`; `prefix` holds a fresh uuid. */
export interface NewNode {
	readonly dir: string;
	readonly prefix: string;
	readonly data: string;
}

/** Until when a session or a lock can be relied on, as times of `performance.now()` in ms. */
export interface Validity {
	/** From this time on work is frozen. */
	readonly freezeAt: number;
	/** From this time on the session is lost; it lies before the moment at which the server can end the session. */
	readonly expiresAt: number;
}

/** The reads of an inspection. Each rejects with a Fault "refused" where the login has no right to it. */
export interface Reads {
	/** Names of the children, in no order; undefined where the node is missing. */
	children(path: string): Promise<string[] | undefined>;
	/** The node, or undefined. */
	read(path: string): Promise<NodeRead | undefined>;
	/**
	 * What the server says about the node beside its data, or undefined: older servers say it about nodes that may not be
	 * read, too.
	 */
	facts(path: string): Promise<NodeFacts | undefined>;
}

/**
 * One ZooKeeper session, as the locks see it. Requests go out in the order of the calls and are carried out in that
 * order, so that independent ones are sent together; promises of answers that come together may settle in another. A
 * request whose fate is unknown because the connection broke is settled after the reconnect. Every promise ends by the
 * time the session is lost, at the latest: it then rejects with the signal's reason.
 */
export interface Session extends Reads {
	readonly id: bigint;
	/** `host:port` list for messages. */
	readonly address: string;
	/** The session time-out that the server granted, ms. */
	readonly timeoutMs: number;
	/** By our own clock, at the moment of asking. */
	readonly state: SessionState;
	/** Aborts with a `Fault` of kind "unreachable" once the session is lost. */
	readonly lost: AbortSignal;
	/**
	 * Resolves once a transaction that was sent after this call proves that the session is alive. Reads that are asked in
	 * the same turn, behind it, see every transaction before it, as long as the connection stays.
	 */
	prove(): Promise<void>;
	validity(): Validity;
	/** Calls back when `validity()` or `state` has changed. Returns the function that ends it. */
	onValidity(listener: () => void): () => void;
	/**
	 * Creates directories (paths) and nodes in this order, in one transaction: all or none. The names of the nodes, in
	 * order; undefined where none is there: a directory exists, one above is missing, the login has no right, or others
	 * have deleted a node at once.
	 */
	createTogether(plan: readonly (string | NewNode)[]): Promise<string[] | undefined>;
	/**
	 * Deletes these nodes in this order, in one transaction: all or none. False where one is absent or has children, or
	 * the login has no right, and where the answer was lost and others have made one anew since.
	 */
	removeTogether(paths: readonly string[]): Promise<boolean>;
	/**
	 * Creates an ephemeral, sequential node `<prefix><10 digits>` whose `prefix` holds a fresh uuid; its name, or
	 * undefined where the leader has no `dir`.
	 */
	createOwn(dir: string, prefix: string, data: string): Promise<string | undefined>;
	/** Creates the last level of `path` where the one above it is there; nothing otherwise. */
	makeDirectory(path: string): Promise<void>;
	/** Creates `path` and what is missing above it. */
	makeDirectories(path: string): Promise<void>;
	/** Deletes one node; never what is below it. */
	remove(path: string): Promise<"removed" | "absent" | "not-empty">;
	/**
	 * Names of the children, in no order; undefined where the node is missing. `changed` is called once, after the first
	 * change.
	 */
	children(path: string, changed?: () => void): Promise<string[] | undefined>;
	/**
	 * The node, or undefined. `changed` is called once, after the first change or delete, and only if the node was there.
	 */
	read(path: string, changed?: () => void): Promise<NodeRead | undefined>;
	/**
	 * For inspections of many nodes: the reads of one turn of the event loop are sent together, in no order with other
	 * requests.
	 */
	readonly bulk: Reads;
	/**
	 * False where the leader does not have the node, even if the server that answers reads lags behind. A node that may
	 * not be read counts as there.
	 */
	isThere(path: string): Promise<boolean>;
	/**
	 * The server that answers reads contradicts its leader, as `why` says: goes on with another server, a moment later.
	 * Where that is of no use, the session is lost.
	 */
	leaveServer(why: string): Promise<void>;
	/** Takes note of work that nobody waits for and that asks this session; `close` waits for it, a second at most. */
	later(work: Promise<unknown>): void;
	/**
	 * Ends the session: what it owns is gone when this resolves, or goes with its time-out where the server is away.
	 * Never throws.
	 */
	close(): Promise<void>;
}
