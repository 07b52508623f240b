import type { Child } from "hono/jsx";
import type { PageContext } from "./context.ts";
import { clockText } from "./time.tsx";

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

function isOpen(path: string, open: string): boolean {
	const [page = "/"] = open.split("?");
	return path === "/" ? page === "/" : page === path || page.startsWith(`${path}/`);
}

/** Head, navigation and main part of every page. What stands in `main` is kept up to date by the script. */
export function Layout({ title, ctx, children }: LayoutProps) {
	const { basePath, path, everyMs } = ctx;
	return (
		<html lang="en">
			<head>
				<meta charset="utf-8" />
				<meta name="viewport" content="width=device-width, initial-scale=1" />
				<meta name="color-scheme" content="light dark" />
				<title>{`${title} · tangles`}</title>
				<link rel="icon" href={`${basePath}/assets/icon.svg`} type="image/svg+xml" />
				<link rel="stylesheet" href={`${basePath}/assets/style.css`} />
				<script src={`${basePath}/assets/live.js`} defer />
			</head>
			<body data-live={`${basePath}/live`}>
				<a class="skip" href="#content">
					Skip to the content
				</a>
				<header>
					<a class="brand" href={`${basePath}/`} aria-label="tangles, overview">
						<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
							<path d="M4 4 C4 16 20 8 20 20" />
							<path d="M20 4 C20 8.5 17.8 10.2 15 11.4 M9 13 C6.2 14.2 4 16 4 20" />
						</svg>
						tangles
					</a>
					<nav aria-label="pages">
						<ul>
							{PAGES.map(([to, name]) => (
								<li>
									<a href={`${basePath}${to}`} aria-current={isOpen(to, path) ? "page" : undefined}>
										{name}
									</a>
								</li>
							))}
						</ul>
					</nav>
					<p id="live" role="status" />
				</header>
				<main id="content" tabindex={-1}>
					<h1>
						<bdi>{title}</bdi>
					</h1>
					{children}
				</main>
				<footer>
					<p>
						As of <time datetime={ctx.now.toISOString()}>{clockText(ctx.now, ctx)}</time>, all times in {ctx.timeZone}.
						The servers are asked at most every {everyMs / 1000} s. tangles {ctx.version}, read only.
					</p>
				</footer>
			</body>
		</html>
	);
}
