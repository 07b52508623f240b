import { dlopen, type FFIFunction } from "bun:ffi";

/** glibc's name, then musl's: under the first musl system's own name, and under the one that all have. */
const NAMES = ["libc.so.6", `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`, "libc.so"];

/**
 * Functions of the C library that the runtime does not offer, by their declarations. Throws an `AggregateError` where
 * the library cannot be loaded under any of its names.
 */
export function cLibrary<const S extends Readonly<Record<string, FFIFunction>>>(symbols: S) {
	const faults: unknown[] = [];
	for (const name of NAMES) {
		try {
			return dlopen(name, symbols).symbols;
		} catch (error) {
			faults.push(error);
		}
	}
	throw new AggregateError(faults, `no C library under ${NAMES.join(", ")}`);
}
