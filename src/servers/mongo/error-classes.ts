/**
 * What an error of the driver means, by its class:
 * - answer: the server's own; its code says more.
 * - outage: no answer came, or none that could be read; another try may bring one.
 * - written: what a person wrote in address or config file.
 * - unfit: the server is none that the driver can talk to.
 * - document: a document that could not be read or written.
 * - driver: the driver failed, or was used as it must not be.
 */
export type ErrorMeaning = "answer" | "outage" | "written" | "unfit" | "document" | "driver";

const named = (meaning: ErrorMeaning, names: string) => names.split(/\s+/).map((name) => [name, meaning] as const);

/**
 * Every class of error that the driver exports, and those that it throws without exporting them. A test holds the list
 * to the driver's. A class that is not here means what the class above it does.
 */
export const ERROR_CLASSES: ReadonlyMap<string, ErrorMeaning> = new Map([
	...named("answer", "MongoServerError MongoBulkWriteError MongoWriteConcernError MongoClientBulkWriteError"),
	...named("outage", "MongoNetworkError MongoNetworkTimeoutError MongoServerSelectionError MongoSystemError"),
	...named("outage", "MongoOperationTimeoutError MongoStalePrimaryError MongoServerClosedError MongoNotConnectedError"),
	...named("outage", "MongoTopologyClosedError MongoClientClosedError MongoUnexpectedServerResponseError"),
	...named("outage", "MongoPoolClosedError MongoPoolClearedError PoolClearedOnNetworkError"),
	...named("outage", "MongoWaitQueueTimeoutError TimeoutError MongoDecompressionError"),
	...named("written", "MongoParseError MongoInvalidArgumentError MongoMissingCredentialsError"),
	...named("written", "MongoMissingDependencyError MongoKerberosError MongoAWSError MongoOIDCError MongoAzureError"),
	...named("written", "MongoGCPError MongoAPIError"),
	...named("unfit", "MongoCompatibilityError"),
	...named("document", "BSONError BSONRuntimeError BSONOffsetError"),
	...named("driver", "MongoError MongoDriverError MongoRuntimeError MongoBatchReExecutionError MongoTransactionError"),
	...named("driver", "MongoExpiredSessionError MongoClientBulkWriteCursorError MongoClientBulkWriteExecutionError"),
	...named("driver", "MongoChangeStreamError MongoTailableCursorError MongoGridFSStreamError MongoGridFSChunkError"),
	...named("driver", "MongoCursorInUseError MongoCursorExhaustedError BSONVersionError"),
	...named("driver", "MongoCryptError MongoCryptInvalidArgumentError MongoCryptCreateDataKeyError"),
	...named("driver", "MongoCryptCreateEncryptedCollectionError MongoCryptAzureKMSRequestError"),
	...named("driver", "MongoCryptKMSRequestNetworkTimeoutError"),
]);

/** What an error of the driver means; undefined where it is none of the driver's. */
export function meaningOf(error: Error): ErrorMeaning | undefined {
	const own = ERROR_CLASSES.get(error.name);
	if (own !== undefined) return own;
	for (let at: unknown = Object.getPrototypeOf(error); at instanceof Error; at = Object.getPrototypeOf(at)) {
		const inherited = ERROR_CLASSES.get(at.constructor.name) ?? ERROR_CLASSES.get(at.name);
		if (inherited !== undefined) return inherited;
	}
	return undefined;
}
