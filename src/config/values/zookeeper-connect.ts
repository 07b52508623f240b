import { readHosts } from "./hosts.ts";
import { Wrong } from "./wrong.ts";

const ZOOKEEPER_PORT = 2181;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CHROOT = /^(?:\/(?!\.{1,2}(?:\/|$))[^/\u0000-\u001f\u007f]+)+$/;

const FORM = "HOST:PORT[,HOST:PORT][/CHROOT]";

/**
 * `host[:port][,host[:port]][/chroot]`, with every port filled in, each server once and no blanks; or what is wrong. As
 * ZooKeeper's own clients read it (org.apache.zookeeper.client.ConnectStringParser): an entry that is empty and a colon
 * without a port are passed over, a chroot that ends with a slash is not.
 */
export function readZookeeperConnect(text: string): string | Wrong {
	const slash = text.indexOf("/");
	const chroot = slash < 0 ? "" : text.slice(slash).trim();
	const entries = (slash < 0 ? text : text.slice(0, slash)).split(",").map((entry) => entry.trim());
	const named = entries.filter((entry) => entry !== "").map((entry) => entry.replace(/(?<=[^:]):$/, ""));
	const foreign = named.find((entry) => /[^\u0020-\u007e]/.test(entry));
	if (foreign !== undefined) {
		return new Wrong(`names a host in letters that DNS does not have; expected its ASCII form (xn--...), ${FORM}`);
	}
	const read = readHosts(named.join(","), ZOOKEEPER_PORT, FORM);
	if (read instanceof Wrong) return read;
	const hosts = [...new Set(read)];
	// A lone slash is how some write "no chroot".
	if (chroot === "" || chroot === "/") return hosts.join(",");
	if (!CHROOT.test(chroot))
		return new Wrong(
			"has a chroot that is not well formed; expected /PART[/PART] without . or .. or a slash at the end",
		);
	return hosts.join(",") + chroot;
}
