// Files that are embedded as text: `import x from "./x.css" with { type: "text" }`.
declare module "*.css" {
	const text: string;
	export default text;
}
declare module "*.svg" {
	const text: string;
	export default text;
}
declare module "*/live.js" {
	const text: string;
	export default text;
}
