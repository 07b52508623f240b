/** Text without its percent-encoding; undefined where a % begins no legal code. */
export function decoded(text: string): string | undefined {
	try {
		return decodeURIComponent(text);
	} catch (error) {
		if (error instanceof URIError) return undefined;
		throw error;
	}
}
