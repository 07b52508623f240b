import { describe, expect, test } from "bun:test";
import { chmod } from "node:fs/promises";
import { isFault } from "../../../../src/base/fault.ts";
import { parseBasePath, parseHosts, parseListen } from "../../../../src/commands/serve/listen-flag.ts";
import { readPasswordFile } from "../../../../src/commands/serve/password-file.ts";
import { ConfigFolder } from "../../../support/config-folder.ts";

test("--listen: only loopback needs no login", () => {
	const isLoopback = (text: string) => parseListen("--listen", text).isLoopback;
	expect(["127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "localhost:1"].map(isLoopback)).toEqual([true, true, true, true]);
	expect(["0.0.0.0:1", "[::]:1", "10.0.0.1:1", "host.example:1", "127.0.0.1.evil.example:1"].map(isLoopback)).toEqual([
		...[false, false, false, false, false],
	]);
	expect(parseListen("--listen", "[::1]:7430")).toEqual({ hostname: "::1", port: 7430, isLoopback: true });
});

test.each(["", "127.0.0.1", ":80", "a b:1", "[::1]", "::1:80", "h:65536", "h:-1", "[x]:1"])(
	"--listen %j is refused",
	(text) => {
		expect(() => parseListen("--listen", text)).toThrow(`--listen is "${text}"`);
	},
);

test("--base-path and --host take what a path and a name may be, and nothing that a page could be broken by", () => {
	expect(parseBasePath("--base-path", "/a/b-c.d")).toBe("/a/b-c.d");
	expect(parseHosts("--host", "A.example, b")).toEqual(["a.example", "b"]);
	for (const path of ["", "/", "a", "/a/", "/a//b", "/..", "/a/../b", '/"><script>', "/a b", "/%2e"]) {
		expect(() => parseBasePath("--base-path", path)).toThrow("--base-path is");
	}
	for (const name of ["", "a:80", "a/b", "a,", "*"]) expect(() => parseHosts("--host", name)).toThrow("--host is");
});

describe("--password-file", () => {
	async function said(content: string, mode: number): Promise<string> {
		await using folder = await ConfigFolder.create({ login: content });
		await chmod(`${folder.path}/login`, mode);
		try {
			return (await readPasswordFile(folder.path, "login")).reveal();
		} catch (error) {
			if (!isFault(error, "usage")) throw error;
			expect(`${error.message}${error.hint}`).not.toContain("topsecret");
			return error.message;
		}
	}
	test("holds user:password, for its owner and its group alone", async () => {
		expect(await said("ann:topsecret\n", 0o600)).toBe("ann:topsecret");
		expect(await said("ann:top:secret", 0o640)).toBe("ann:top:secret");
	});
	test.each([
		["topsecret", 0o600, "it does not hold user:password"],
		[":topsecret", 0o600, "it does not hold user:password"],
		["ann:short", 0o600, "its password is too short"],
		["ann:topsecret", 0o644, "its mode is 644: others may read it"],
		["ann:topsecret", 0o660, "its mode is 660"],
		["", 0o600, "the file is empty"],
		["ann:topsecret\nbob:topsecret", 0o600, "more than a line"],
	])("%j with mode %o is refused", async (content, mode, text) => {
		expect(await said(content, mode)).toContain(text);
	});
	test("that is not there is refused", async () => {
		await expect(readPasswordFile("/", "nothing-here")).rejects.toThrow("the file does not exist");
	});
});
