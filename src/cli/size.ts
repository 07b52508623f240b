import { Fault } from "../base/fault.ts";

const UNITS = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9 } as const;
const SHAPE = /^(\d{1,12}(?:\.\d{1,6})?) ?(B|KB|MB|GB)$/;

/**
 * Bytes from an argument such as `100MB` (units B, KB, MB, GB: powers of 1000), or undefined when it was not given. Throws a
 * usage fault that names the flag for any other text, and for a size below `least` bytes.
 */
export function sizeOf(flag: string, text: string | undefined, least: number): number | undefined {
	if (text === undefined) return undefined;
	const [, number, unit] = SHAPE.exec(text) ?? [];
	const bytes = unit === undefined ? Number.NaN : Math.round(Number(number) * UNITS[unit as keyof typeof UNITS]);
	if (bytes >= least && bytes <= Number.MAX_SAFE_INTEGER) return bytes;
	throw new Fault("usage", `${flag} is "${text}"`, {
		hint: `give a size of ${least} bytes or more, with a unit: for example 500KB, 100MB or 1GB`,
	});
}
