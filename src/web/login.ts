import { createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "../base/secret.ts";

const LONGEST_HEADER = 2048;

const digest = (text: string | Buffer) => createHash("sha256").update(text).digest();

/** The one login of the pages, `user:password`: HTTP's basic authentication, RFC 7617. */
export class PageLogin {
	readonly #expected: Buffer;

	constructor(userAndPassword: Secret) {
		this.#expected = digest(userAndPassword.reveal());
	}

	/** True where the Authorization header has the login. The time that it takes says nothing of how much was right. */
	accepts(header: string | null): boolean {
		const [, encoded = ""] = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header?.slice(0, LONGEST_HEADER) ?? "") ?? [];
		return timingSafeEqual(digest(Buffer.from(encoded, "base64")), this.#expected);
	}
}
