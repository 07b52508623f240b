import { expect, test } from "bun:test";
import { MongoServerError } from "mongodb";
import { Fault } from "../../../../src/base/fault.ts";
import { asFault } from "../../../../src/servers/mongo/errors.ts";

function refusalOf(errmsg: string, code: number): Fault {
	const fault = asFault(new MongoServerError({ ok: 0, errmsg, code }), "MongoDB at h:27017", "tangles");
	if (!(fault instanceof Fault)) throw new Error("not a fault");
	expect(fault.kind).toBe("refused");
	return fault;
}

test("a user without the right: what was refused in short, and the role to grant", () => {
	const command = `{ update: "batches", ordered: true, lsid: { id: UUID("00000000-0000-0000-0000-000000000000") }, $db: "tangles", updates: [ { q: {} } ] }`;
	const { message, hint } = refusalOf(`not authorized on tangles to execute command ${command}`, 13);
	expect(message).toBe(
		'MongoDB at h:27017 refuses: not authorized on tangles to execute command { update: "batches", ... }',
	);
	expect(hint).toBe(
		'grant the user readWrite on tangles, in mongosh: db.grantRolesToUser(USER, [{ role: "readWrite", db: "tangles" }])',
	);
});

test.each([
	["Command find requires authentication", 13, "the server asks for a login: give user and password in"],
	["Authentication failed.", 18, "check user, password and rights in"],
	["bad auth : Authentication failed.", 8000, "check user, password and rights in"],
] as const)("%s: the hint is about the login", (errmsg, code, hint) => {
	const refusal = refusalOf(errmsg, code);
	expect(refusal.message).toBe(`MongoDB at h:27017 refuses: ${errmsg}`);
	expect(refusal.hint).toStartWith(hint);
	expect(refusal.hint).toContain("db-connection-info or TANGLES_MONGO_URI");
});

test.each([
	["cursor id 7234 not found", 43],
	["plan executor was killed", 175],
	["cursor was killed", 237],
])("%s: a pass that the server has ended is worth another try, which opens it again", (errmsg, code) => {
	const fault = asFault(new MongoServerError({ ok: 0, errmsg, code }), "MongoDB at h:27017", "tangles");
	expect(fault).toMatchObject({ kind: "unreachable", message: errmsg });
});
