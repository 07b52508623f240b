/** The proxy that an environment names, as far as it may be shown. */
export interface NamedProxy {
	readonly variable: string;
	readonly host: string;
	/** The variable that may exempt an address from it; whether it does is not looked at. */
	readonly exempting: string | undefined;
}

const VARIABLES: Readonly<Record<string, readonly string[]>> = {
	"http:": ["http_proxy", "HTTP_PROXY"],
	"https:": ["https_proxy", "HTTPS_PROXY"],
};

const EXEMPTING = ["no_proxy", "NO_PROXY"];

type Environment = Readonly<Record<string, string | undefined>>;

/** The value of the first variable that is set; the runtime's `fetch` follows the same ones in the same order. */
function* set(env: Environment, variables: readonly string[]): Generator<readonly [string, string]> {
	for (const variable of variables) {
		const value = env[variable];
		if (value !== undefined && value !== "") yield [variable, value];
	}
}

/** The proxy that the environment names for an address. */
export function proxyFor(address: string, env: Environment): NamedProxy | undefined {
	const [named] = set(env, VARIABLES[new URL(address).protocol] ?? []);
	if (named === undefined) return undefined;
	const [variable, value] = named;
	const [exempting] = set(env, EXEMPTING);
	return { variable, host: URL.parse(value)?.host || "something that is no address", exempting: exempting?.[0] };
}

/** All that the environment names as proxies, with their logins. */
export function proxyAddresses(env: Environment): string[] {
	return [...set(env, Object.values(VARIABLES).flat())].map(([, value]) => value);
}
