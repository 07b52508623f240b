import { Fault } from "../../base/fault.ts";

/** Result codes of ZooKeeper's protocol (org.apache.zookeeper.KeeperException.Code) that we tell apart. */
export const CODE = {
	ok: 0,
	connectionLoss: -4,
	unimplemented: -6,
	noNode: -101,
	noAuth: -102,
	nodeExists: -110,
	notEmpty: -111,
	sessionExpired: -112,
	invalidAcl: -114,
	authFailed: -115,
} as const;

/** The fault for an answer that is none of those the caller expects. */
export function refusal(code: number, what: string, address: string): Fault {
	if (code === CODE.noAuth || code === CODE.authFailed || code === CODE.invalidAcl) {
		return new Fault("refused", `ZooKeeper ${address} refuses to ${what}: the login has no right to`, {
			mend: "check zookeeper-connection-info.auth-file (user:password) and the node's ACL",
		});
	}
	return new Fault("unreachable", `ZooKeeper ${address} cannot ${what}: error code ${code}`);
}
