// Keeps the page up to date: the server says that there is something new, and the page asks for itself again.

/** Ages are text of the page: asked for anew so often, also where nothing else changes. */
const AGES_EVERY_MS = 60_000;

const state = document.getElementById("live");
const main = document.getElementById("content");

/** What can have the focus: the focused element is found again by its place among them. */
const focusable = () => [...main.querySelectorAll("a[href], button, input, select, summary, [tabindex]")];

/** True while a change would take something from under the reader's hands. */
function isBusy() {
	const selection = document.getSelection();
	const isSelecting = selection !== null && !selection.isCollapsed && main.contains(selection.anchorNode);
	const isWriting = main.contains(document.activeElement) && document.activeElement.matches("input, select");
	return isSelecting || isWriting;
}

function replace(next) {
	if (next.innerHTML === main.innerHTML) return;
	const at = focusable().indexOf(document.activeElement);
	const scrolled = [...main.querySelectorAll(".scroll, pre")].map((it) => [it.scrollLeft, it.scrollTop]);
	main.replaceChildren(...next.childNodes);
	[...main.querySelectorAll(".scroll, pre")].forEach((it, place) => {
		[it.scrollLeft, it.scrollTop] = scrolled[place] ?? [0, 0];
	});
	if (at >= 0) focusable()[at]?.focus({ preventScroll: true });
}

let asking = false;
let isAskedAgain = false;

/** Asks for the page anew; what is asked meanwhile is asked once more behind it. */
async function refresh() {
	if (asking || isBusy()) {
		isAskedAgain = true;
		return;
	}
	asking = true;
	isAskedAgain = false;
	try {
		const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
		const next = new DOMParser().parseFromString(await answer.text(), "text/html");
		const content = next.getElementById("content");
		if (content !== null && !isBusy()) {
			replace(content);
			document.querySelector("footer").replaceWith(next.querySelector("footer"));
		} else isAskedAgain = true;
	} catch {
		// The server is away: the stream says so, and asks again when it is back.
		isAskedAgain = true;
	} finally {
		asking = false;
	}
}

const stream = new EventSource(document.body.dataset.live);
let wasOpen = false;
stream.addEventListener("open", () => {
	state.textContent = "● live";
	if (wasOpen) void refresh();
	wasOpen = true;
});
stream.addEventListener("error", () => {
	state.textContent = "○ reconnecting; what is shown may be old";
});
stream.addEventListener("look", () => void refresh());
for (const event of ["selectionchange", "focusout", "visibilitychange"]) {
	document.addEventListener(event, () => {
		if (isAskedAgain && !document.hidden) void refresh();
	});
}
setInterval(() => {
	if (!document.hidden) void refresh();
}, AGES_EVERY_MS);
// A browser has few connections to one server: a page that nobody sees gives its own back.
addEventListener("pagehide", () => stream.close());
addEventListener("pageshow", (event) => {
	if (event.persisted) location.reload();
});
