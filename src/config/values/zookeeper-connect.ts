import { readHosts } from "./hosts.ts";
import { Wrong } from "./wrong.ts";

const ZOOKEEPER_PORT = 2181;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CHROOT = /^(?:\/(?!\.{1,2}(?:\/|$))[^/\u0000-\u001f\u007f]+)+$/;

/** `host[:port][,host[:port]][/chroot]`, with every port filled in and no blanks; or what is wrong. */
export function readZookeeperConnect(text: string): string | Wrong {
	const slash = text.indexOf("/");
	const chroot = slash < 0 ? "" : text.slice(slash).trim();
	const hosts = readHosts(slash < 0 ? text : text.slice(0, slash), ZOOKEEPER_PORT, "HOST:PORT[,HOST:PORT][/CHROOT]");
	if (hosts instanceof Wrong) return hosts;
	// A lone slash is how some write "no chroot".
	if (chroot === "" || chroot === "/") return hosts.join(",");
	if (!CHROOT.test(chroot))
		return new Wrong("has a chroot that is none; expected /PART[/PART] without . or .. or a slash at the end");
	return hosts.join(",") + chroot;
}
