/** The text of `fork.c`, embedded into the binary. */
declare module "*.c" {
	const text: string;
	export default text;
}
