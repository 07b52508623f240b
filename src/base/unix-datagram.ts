import { type Pointer, read as peek, ptr } from "bun:ffi";
import { getSystemErrorName } from "node:util";
import { cLibrary } from "./c-library.ts";

/** unix(7), socket(2), send(2) */
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
/** sockaddr_un: two bytes for the family, then the path with its NUL. */
const FAMILY_BYTES = 2;
const PATH_BYTES = 108;

/** Sends datagrams to one socket of this host. */
export interface UnixDatagrams {
	/** Sends at once or not at all. Gives the error's name, such as "EAGAIN" where the reader is behind. */
	send(text: string): string | undefined;
	close(): void;
}

/** The bytes of the address; `@name` is a name of Linux' abstract namespace, which is no file. */
function addressOf(name: string): Buffer {
	const path = Buffer.from(name);
	if (path.length >= PATH_BYTES) throw new Error(`is longer than ${PATH_BYTES - 1} bytes`);
	const isAbstract = name.startsWith("@");
	if (isAbstract) path[0] = 0;
	const family = Buffer.alloc(FAMILY_BYTES);
	family.writeUInt16LE(AF_UNIX);
	// An abstract name ends with the address, a path with a NUL.
	return Buffer.concat(isAbstract ? [family, path] : [family, path, Buffer.alloc(1)]);
}

/**
 * Datagrams to the Unix socket `/path` or `@abstract-name`, by the C library, because the runtime's own sockets are
 * streams or UDP. Throws an `Error` where the name cannot be an address, or the host gives no socket.
 */
export function openUnixDatagrams(name: string): UnixDatagrams {
	const address = addressOf(name);
	const c = cLibrary({
		socket: { args: ["int", "int", "int"], returns: "int" },
		sendto: { args: ["int", "ptr", "u64", "int", "ptr", "u32"], returns: "i64" },
		close: { args: ["int"], returns: "int" },
		__errno_location: { args: [], returns: "ptr" },
	});
	const errorName = () => getSystemErrorName(-peek.i32(c.__errno_location() as Pointer, 0));
	const socket = c.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (socket < 0) throw new Error(`no socket: ${errorName()}`);
	return {
		send: (text) => {
			const bytes = Buffer.from(text);
			const flags = MSG_DONTWAIT | MSG_NOSIGNAL;
			const sent = c.sendto(socket, ptr(bytes), BigInt(bytes.length), flags, ptr(address), address.length);
			return sent < 0n ? errorName() : undefined;
		},
		close: () => void c.close(socket),
	};
}
