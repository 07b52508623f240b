import { MongoClient } from "mongodb";
import { shared } from "./servers.ts";

/** A user with a role of MongoDB's, or with a role of its own that allows these actions; on one database. */
export type Rights = "read" | "readWrite" | readonly string[];

/** A user on the server that asks for a login. */
export class MongoUser implements AsyncDisposable {
	readonly uri: string;
	readonly #root: MongoClient;
	readonly #database: string;

	private constructor(root: MongoClient, database: string) {
		this.#root = root;
		this.#database = database;
		const uri = new URL(shared.mongoAuth());
		uri.username = database;
		uri.password = "password";
		uri.searchParams.set("authSource", database);
		this.uri = uri.href;
	}

	static async create(database: string, rights: Rights): Promise<MongoUser> {
		const root = await MongoClient.connect(shared.mongoAuth());
		const db = root.db(database);
		const named = typeof rights === "string";
		if (!named) {
			const resource = { db: database, collection: "" };
			await db.command({ createRole: database, privileges: [{ resource, actions: rights }], roles: [] });
		}
		const roles = [{ role: named ? rights : database, db: database }];
		await db.command({ createUser: database, pwd: "password", roles, mechanisms: ["SCRAM-SHA-256"] });
		return new MongoUser(root, database);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const db = this.#root.db(this.#database);
		await db.command({ dropUser: this.#database });
		await db.command({ dropAllRolesFromDatabase: 1 });
		await this.#root.close();
	}
}
