import fc from "fast-check";

/** Half a surrogate pair is no text. */
const codePoints = fc.integer({ min: 0, max: 0x10ffff }).filter((point) => point < 0xd800 || point > 0xdfff);

/**
 * Text of any code points. fast-check has the same as `fc.string({ unit: "binary" })`, whose tables take seconds to build.
 */
export function anyText(maxLength: number): fc.Arbitrary<string> {
	return fc.array(codePoints, { maxLength }).map((points) => String.fromCodePoint(...points));
}
