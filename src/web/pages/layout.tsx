import type { Child } from "hono/jsx";
import type { Sourced } from "../look.ts";
import type { PageContext } from "./context.ts";

const PAGES = [
	["/", "Overview"],
	["/enumeration", "Enumeration"],
	["/batches", "Batches"],
	["/locks", "Locks"],
] as const;

interface LayoutProps {
	readonly title: string;
	readonly ctx: PageContext;
	readonly children?: Child;
}

/** Head, navigation and main part of every page. */
export function Layout({ title, ctx, children }: LayoutProps) {
	return (
		<html lang="en">
			<head>
				<meta charset="utf-8" />
				<meta name="viewport" content="width=device-width, initial-scale=1" />
				<title>{`${title} - tangles`}</title>
				<link rel="stylesheet" href={`${ctx.basePath}/assets/style.css`} />
			</head>
			<body>
				<nav aria-label="pages">
					{PAGES.map(([path, name]) => (
						<a href={`${ctx.basePath}${path}`}>{name}</a>
					))}
				</nav>
				<main>
					<h1>{title}</h1>
					{children}
				</main>
			</body>
		</html>
	);
}

/** What is wrong with a source now, and the age of what is shown of it. */
export function SourceNote({ source, name, ctx }: { source: Sourced<unknown>; name: string; ctx: PageContext }) {
	if (source.fault === undefined) return null;
	const age = source.takenAt === undefined ? undefined : Math.round((+ctx.now - +source.takenAt) / 1000);
	return (
		<p role="alert">
			{`${name}: ${source.fault.message}`}
			{age === undefined ? "" : `; what is shown is ${age} s old`}
			{source.fault.hint === undefined ? "" : ` (${source.fault.hint})`}
		</p>
	);
}

/** A table of texts. */
export function Table({ head, rows }: { head: readonly string[]; rows: readonly (readonly Child[])[] }) {
	return (
		<table>
			<thead>
				<tr>
					{head.map((name) => (
						<th scope="col">{name}</th>
					))}
				</tr>
			</thead>
			<tbody>
				{rows.map((row) => (
					<tr>
						{row.map((cell) => (
							<td>{cell}</td>
						))}
					</tr>
				))}
			</tbody>
		</table>
	);
}
