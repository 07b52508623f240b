/** A file that the pages name, below `/assets/`. */
export interface Asset {
	readonly type: string;
	readonly body: string;
}

const STYLE = `:root { color-scheme: light dark; font-family: system-ui, sans-serif; }
table { border-collapse: collapse; }
th, td { padding: 0.2rem 0.6rem; text-align: start; }
`;

/** By name. */
export const ASSETS: Readonly<Record<string, Asset>> = {
	"style.css": { type: "text/css; charset=utf-8", body: STYLE },
};
