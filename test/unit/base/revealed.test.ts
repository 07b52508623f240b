import { expect, test } from "bun:test";
import { concealed, type Revealed, revealed } from "../../../src/base/revealed.ts";
import { Secret } from "../../../src/base/secret.ts";

const CONFIG = {
	host: "db.example.org",
	port: 27017,
	uri: new Secret("mongodb://ana:pass@db.example.org/"),
	hosts: ["a", "b"],
	tls: { ca: "CA", cert: undefined, key: new Secret("KEY") },
	none: null,
};

test("what has gone through a channel is what it was, and its secrets are secret again", () => {
	const text = JSON.stringify(revealed(CONFIG));
	expect(text).toContain("mongodb://ana:pass@db.example.org/");
	const back = concealed<typeof CONFIG>(JSON.parse(text) as Revealed<typeof CONFIG>);
	const { cert, ...tls } = CONFIG.tls;
	expect(back).toEqual({ ...CONFIG, tls } as typeof CONFIG);
	expect([back.uri.reveal(), back.tls.key.reveal()]).toEqual(["mongodb://ana:pass@db.example.org/", "KEY"]);
	expect(JSON.stringify(back)).not.toMatch(/pass|KEY/);
});

test("what is given stays as it is: its secrets do not become readable", () => {
	revealed(CONFIG);
	expect(JSON.stringify(CONFIG)).not.toMatch(/pass|KEY/);
});
