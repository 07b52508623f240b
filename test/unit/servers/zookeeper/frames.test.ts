import { expect, test } from "bun:test";
import { frameCutter } from "../../../../src/servers/zookeeper/frames.ts";
import { Reader, Writer } from "../../../../src/servers/zookeeper/jute.ts";

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

test("what is written is read again", () => {
	const to = new Writer();
	const long = "x".repeat(5000);
	to.int(-7)
		.long(-(2n ** 63n))
		.text("Grüße 🪢")
		.text(long)
		.bytes(Buffer.from([0, 255]))
		.vector(["a", ""], (it) => to.text(it));
	const from = new Reader(to.take());
	expect([from.int(), from.long(), from.text(), from.text()]).toEqual([-7, -(2n ** 63n), "Grüße 🪢", long]);
	expect(from.bytes()).toEqual(Buffer.from([0, 255]));
	expect(from.vector(() => from.text())).toEqual(["a", ""]);
	expect(() => from.int()).toThrow(RangeError);
	expect(to.take()).toHaveLength(0);
	expect(to.flag(true).flag(false).take()).toEqual(Buffer.from([1, 0]));
});

test("none (-1) is empty, and a part that is longer than what is there is refused", () => {
	const none = new Reader(new Writer().int(-1).int(-1).int(-1).take());
	expect([none.text(), none.bytes().length, none.vector(() => none.int())]).toEqual(["", 0, []]);
	const short = new Reader(new Writer().int(100).int(1).take());
	expect(() => short.text()).toThrow("100 bytes announced, 4 there");
});
