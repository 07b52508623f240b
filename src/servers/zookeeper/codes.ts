import EXCEPTION from "node-zookeeper-client/lib/Exception";
import { Fault } from "../../base/fault.ts";

/** Result codes of the protocol that matter here (org.apache.zookeeper.KeeperException.Code). */
export const CODE = {
	/** A literal, so that the type tells an answer with a value from one without. */
	ok: 0,
	connectionLoss: EXCEPTION.CONNECTION_LOSS,
	unimplemented: EXCEPTION.UNIMPLEMENTED,
	noNode: EXCEPTION.NO_NODE,
	noAuth: EXCEPTION.NO_AUTH,
	nodeExists: EXCEPTION.NODE_EXISTS,
	notEmpty: EXCEPTION.NOT_EMPTY,
	sessionExpired: EXCEPTION.SESSION_EXPIRED,
	/** The library lacks it: the session has a connection with another server by now. */
	sessionMoved: -118,
	/** The library lacks it: the server demands a login by another scheme, and ends the session. */
	otherLoginDemanded: -124,
	invalidAcl: EXCEPTION.INVALID_ACL,
	authFailed: EXCEPTION.AUTH_FAILED,
} as const;

/** The fault for a code that the caller does not expect. `what` completes "cannot ...". */
export function refusal(code: number, what: string, address: string): Fault {
	if (code === CODE.invalidAcl) {
		return new Fault("refused", `ZooKeeper ${address} refuses to ${what}: it knows no login of this program`, {
			hint:
				"the client certificate is a login only where the server itself checks it (ssl.clientAuth, authProvider x509): " +
				"set the server up for it, or give zookeeper-connection-info.auth-file",
		});
	}
	if (code === CODE.noAuth || code === CODE.authFailed) {
		return new Fault("refused", `ZooKeeper ${address} refuses to ${what}: the login has no right to`, {
			hint: "check zookeeper-connection-info.auth-file (user:password), or tls-cert-file, and the node's ACL",
		});
	}
	return new Fault("unreachable", `ZooKeeper ${address} cannot ${what}: error code ${code}`);
}
