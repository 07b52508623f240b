/**
 * Stands in for the package `whatwg-url` (tsconfig.json, `paths`), on which the parser of MongoDB's addresses is built.
 * That is the URL standard in JavaScript, with tables for names in every script: 7 ms of a run's start, spent even by a
 * run without MongoDB where TANGLES_MONGO_URI is set. The runtime has the same classes.
 */
export { URL, URLSearchParams } from "node:url";
