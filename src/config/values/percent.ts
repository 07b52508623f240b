/** Text without its percent-encoding; undefined where a % begins no valid code. */
export function decoded(text: string): string | undefined {
	try {
		return decodeURIComponent(text);
	} catch (error) {
		if (error instanceof URIError) return undefined;
		throw error;
	}
}
