import icon from "../assets/icon.svg" with { type: "text" };
import script from "../assets/live.js" with { type: "text" };
import style from "../assets/style.css" with { type: "text" };

/** A file that the pages name, below `/assets/`. */
export interface Asset {
	readonly type: string;
	readonly body: string;
}

/** By name. They are part of the executable. */
export const ASSETS: Readonly<Record<string, Asset>> = {
	"style.css": { type: "text/css; charset=utf-8", body: style },
	"live.js": { type: "text/javascript; charset=utf-8", body: script },
	"icon.svg": { type: "image/svg+xml", body: icon },
};
