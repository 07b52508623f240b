import { Numbering } from "../tangles/grammar/numbering.ts";

/** Tangles whose notations are measured, evenly spread over all of a TCN. */
const SAMPLES = 1000;

/**
 * BSON of a document `{_id, notation, TCN, is_good, positivity}` but for the notation's characters: the document's
 * length and end (5), then type, name, NUL and value of each field, a text being its length, characters and NUL.
 */
const DOCUMENT = 5 + (1 + 4 + 12) + (1 + 9 + 4 + 1) + (1 + 4 + 4) + (1 + 8 + 1) + (1 + 11 + 4 + "positive".length + 1);

/**
 * Keys of the four indexes, `_id`, `notation`, `TCN, is_good, _id` and `TCN, _id`, as the server writes them: an
 * ObjectId is 13 bytes, a small number 2, a truth value 1, a text its characters and 2, and each entry has 5 for its
 * place.
 */
const KEYS = 13 + 5 + (2 + 5) + (2 + 1 + 13 + 5) + (2 + 13 + 5);

/**
 * Bytes that one tangle of a TCN takes in the database on average, its index entries included, before the storage
 * engine's compression: an estimate, since the notations of a sample are measured.
 */
export function bytesPerTangle(tcn: number): number {
	// The notation is in the document and in its index.
	return DOCUMENT + KEYS + 2 * meanNotation(tcn);
}

/** Mean number of characters of a notation of this TCN; the same at each call. */
export function meanNotation(tcn: number): number {
	const numbering = new Numbering(tcn);
	const samples = Math.min(SAMPLES, numbering.size);
	let characters = 0;
	let tangles = 0;
	for (let sample = 0; sample < samples; sample += 1) {
		const tangle = numbering.tangleOf(Math.floor(((sample + 0.5) / samples) * numbering.size));
		if (tangle === undefined) continue;
		characters += tangle.notation.length;
		tangles += 1;
	}
	return characters / tangles;
}
