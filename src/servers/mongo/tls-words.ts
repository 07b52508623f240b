import type { TlsWords } from "../tls/faults.ts";

const SECTION = "db-connection-info";

/** What turns TLS on and names its files: keys of the section, or options of the address. */
export const MONGO_TLS: TlsWords = {
	ca: `${SECTION}.tls-ca-file (or tlsCAFile in the address)`,
	own: `${SECTION}.tls-cert-file and tls-key-file (or tlsCertificateKeyFile in the address)`,
	host: `${SECTION}.domain (or servername=NAME in the address)`,
	tls: `${SECTION}.tls (or tls=true in the address)`,
	shown: false,
};
