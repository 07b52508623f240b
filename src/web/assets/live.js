// Keeps the page up to date: the server says that there is something new, and the page asks for itself again.

/** Ages are text of the page: asked for anew so often, also where nothing else changes. */
const AGES_EVERY_MS = 60_000;
/** A server that is mute for so long is asked again. */
const ANSWER_WITHIN_MS = 30_000;
/** A stream that was refused is asked for again after so long. */
const AGAIN_AFTER_MS = 3000;

const state = document.getElementById("live");
const main = document.getElementById("content");

const isUnsent = (field) =>
	field.matches("select")
		? field.selectedIndex !==
			Math.max(
				0,
				[...field.options].findIndex((option) => option.defaultSelected),
			)
		: field.type !== "hidden" && field.value !== field.defaultValue;

/** True while the reader writes in a part of the page, or marks text in it. */
function isHeld(part) {
	const selection = document.getSelection();
	if (selection !== null && !selection.isCollapsed && selection.containsNode(part, true)) return true;
	const fields = [...part.querySelectorAll("input, select")];
	return fields.some((field) => field === document.activeElement || isUnsent(field));
}

/** The parts of the page that are no longer so, each with what comes in its place. */
function differences(next) {
	const old = [...main.children];
	const fresh = [...next.children];
	const first = old.findIndex((part, at) => fresh[at] === undefined || !part.isEqualNode(fresh[at]));
	const start = first === -1 ? old.length : first;
	if (old.length !== fresh.length) return [{ gone: old.slice(start), come: fresh.slice(start) }];
	return old.flatMap((part, at) => (part.isEqualNode(fresh[at]) ? [] : [{ gone: [part], come: [fresh[at]] }]));
}

/** What can have the focus is found again by what it is: rows may have come above it. */
const keyOf = (element) => element.id || element.getAttribute("href") || element.tagName;
const alike = (key) =>
	[...main.querySelectorAll("a[href], button, input, select, [tabindex]")].filter((it) => keyOf(it) === key);

/** Shows what differs in `next`; false where the reader holds a part of it, which stays as it is. */
function show(next) {
	const focused = document.activeElement;
	const key = main.contains(focused) && focused !== main ? keyOf(focused) : undefined;
	const place = key === undefined ? -1 : alike(key).indexOf(focused);
	const scrolled = [...main.querySelectorAll(".scroll, pre")].map((it) => [it.scrollLeft, it.scrollTop]);
	let isWhole = true;
	for (const { gone, come } of differences(next)) {
		if (gone.some(isHeld)) {
			isWhole = false;
			continue;
		}
		const copies = come.map((part) => part.cloneNode(true));
		if (gone[0] === undefined) main.append(...copies);
		else gone[0].before(...copies);
		for (const part of gone) part.remove();
	}
	[...main.querySelectorAll(".scroll, pre")].forEach((it, at) => {
		const [left, top] = scrolled[at] ?? [0, 0];
		it.scrollTo(left, top);
	});
	// What had the focus may be gone: the keyboard then goes on from the content, not from the top of the page.
	if (key !== undefined && !focused.isConnected) (alike(key)[place] ?? main).focus({ preventScroll: true });
	return isWhole;
}

/** The newest page, of which a part is not shown yet; undefined where all is. */
let owed;

function settle() {
	if (owed !== undefined && show(owed)) owed = undefined;
}

async function take() {
	try {
		const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
		const answer = await fetch(location.href, { headers: { Accept: "text/html" }, signal });
		const next = new DOMParser().parseFromString(await answer.text(), "text/html");
		const content = next.getElementById("content");
		if (content === null) return;
		owed = show(content) ? undefined : content;
		document.querySelector("footer").replaceWith(next.querySelector("footer"));
	} catch {
		// The server is away: the stream says so, and the page is asked for again when it is back.
	}
}

let isAsking = false;
let isAskedAgain = false;

/** Asks for the page anew; what is asked for meanwhile is asked for once more behind it. */
async function refresh() {
	isAskedAgain = true;
	if (isAsking) return;
	isAsking = true;
	while (isAskedAgain) {
		isAskedAgain = false;
		await take();
	}
	isAsking = false;
}

let stream;
let again;
let wasOpen = false;

function close() {
	clearTimeout(again);
	stream?.close();
}

function listen() {
	close();
	stream = new EventSource(document.body.dataset.live);
	stream.addEventListener("open", () => {
		state.textContent = "● live";
		if (wasOpen) void refresh();
		wasOpen = true;
	});
	stream.addEventListener("error", () => {
		state.textContent = "○ reconnecting; what is shown may be old";
		// Behind a proxy the answer may be an error: after one, a browser does not try again by itself.
		if (stream.readyState === EventSource.CLOSED) again = setTimeout(listen, AGAIN_AFTER_MS);
	});
	stream.addEventListener("look", () => void refresh());
}

// A browser has six connections to one server for all its pages: a page that nobody sees gives its own back.
document.addEventListener("visibilitychange", () => {
	if (document.hidden) close();
	else listen();
});
addEventListener("pagehide", close);
addEventListener("pageshow", (event) => {
	if (event.persisted) listen();
});
for (const event of ["selectionchange", "focusout", "change"]) {
	document.addEventListener(event, () => {
		// Behind the event: it may be on its way to a part that goes.
		if (owed !== undefined) setTimeout(settle);
	});
}
setInterval(() => {
	if (!document.hidden) void refresh();
}, AGES_EVERY_MS);
if (!document.hidden) listen();
