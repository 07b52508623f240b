/** The servers of a connect string and the path below which everything happens. */
export interface Address {
	readonly hosts: readonly { readonly host: string; readonly port: number }[];
	/** Empty, or `/part[/part]`. */
	readonly chroot: string;
	/** `host:port,host:port/chroot`, as configured. */
	readonly text: string;
}

/** Takes `host:port[,host:port][/chroot]` apart, as the config has checked it; IPv6 stands in brackets. */
export function readAddress(connect: string): Address {
	const slash = connect.indexOf("/");
	const servers = slash < 0 ? connect : connect.slice(0, slash);
	const hosts = servers.split(",").map((server) => {
		const colon = server.lastIndexOf(":");
		return { host: server.slice(0, colon).replace(/^\[(.*)\]$/, "$1"), port: Number(server.slice(colon + 1)) };
	});
	const chroot = slash < 0 ? "" : connect.slice(slash);
	return { hosts, chroot: chroot === "/" ? "" : chroot, text: connect };
}
