// The pages: each a pure function of a document and the context.
export { batchPage } from "./batch.tsx";
export { batchesPage } from "./batches.tsx";
export { enumerationPage } from "./enumeration.tsx";
export { type ErrorDocument, errorPage } from "./error.tsx";
export { locksPage } from "./locks.tsx";
export { overviewPage } from "./overview.tsx";
export { reportPage } from "./report.tsx";
export { wrongFilterPage } from "./wrong-filter.tsx";
