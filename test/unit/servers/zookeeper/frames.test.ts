import { expect, test } from "bun:test";
import { frameCutter } from "../../../../src/servers/zookeeper/frames.ts";

/** Frames of many sizes, empty ones included, and one of more than a socket's piece. */
const SIZES = [0, 1, 3, 4, 5, 4096, 200_000, 0, 17];

const frames = SIZES.map((size, at) => Buffer.alloc(size, at + 1));
const stream = Buffer.concat(
	frames.flatMap((frame) => {
		const length = Buffer.alloc(4);
		length.writeUInt32BE(frame.length);
		return [length, frame];
	}),
);

test.each([1, 2, 3, 7, 1000, 65_536, 1_000_000])(
	"a stream that comes in pieces of %d bytes gives its frames",
	(size) => {
		const cut = frameCutter();
		const got: Buffer[] = [];
		for (let at = 0; at < stream.length; at += size) got.push(...cut(stream.subarray(at, at + size)));
		expect(got).toEqual(frames);
	},
);

test("a length that cannot be is refused, an HTTP server's answer for one", () => {
	expect(() => frameCutter()(Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"))).toThrow("a frame of 1213486160 bytes");
});
