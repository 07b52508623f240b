import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";

const FOLDER = join(import.meta.dir, "../../.local/promtool");
const PROMTOOL = join(FOLDER, "usr/bin/promtool");

/** Debian's promtool, taken out of its package: nothing is installed, and no service started. */
async function bringPromtool(): Promise<string> {
	const isThere = await stat(PROMTOOL).then(
		() => true,
		() => false,
	);
	if (isThere) return PROMTOOL;
	await mkdir(FOLDER, { recursive: true });
	const script =
		"apt-get -qq download prometheus || { apt-get -qq update && apt-get -qq download prometheus; }; dpkg -x ./*.deb . && rm ./*.deb";
	const child = Bun.spawn(["bash", "-ec", script], { cwd: FOLDER, stdout: "ignore", stderr: "pipe" });
	const [err, code] = await Promise.all([new Response(child.stderr).text(), child.exited]);
	if (code !== 0) throw new Error(`promtool cannot be had: ${err}`);
	return PROMTOOL;
}

/** What promtool says with these words, `input` on its stdin; its code behind it. */
export async function promtool(
	words: readonly string[],
	input = "",
): Promise<{ readonly said: string; readonly code: number }> {
	const child = Bun.spawn([await bringPromtool(), ...words], {
		stdin: new Blob([input]),
		stdout: "pipe",
		stderr: "pipe",
	});
	const [out, err, code] = await Promise.all([
		new Response(child.stdout).text(),
		new Response(child.stderr).text(),
		child.exited,
	]);
	return { said: `${out}${err}`, code };
}
