/**
 * A power series in one variable, cut off: the coefficients of x^0, x^1, ... All series of one calculation have one
 * length.
 */
export type Series = readonly bigint[];

/** The series with these coefficients, `length` of them. */
export function series(length: number, coefficient: (power: number) => bigint): Series {
	return Array.from({ length }, (_, power) => coefficient(power));
}

export function sum(...terms: readonly [Series, ...Series[]]): Series {
	const [first] = terms;
	return first.map((_, power) => terms.reduce((total, term) => total + (term[power] ?? 0n), 0n));
}

export function scaled(factor: bigint, a: Series): Series {
	return a.map((coefficient) => factor * coefficient);
}

export function product(a: Series, b: Series): Series {
	return a.map((_, power) => {
		let total = 0n;
		for (let k = 0; k <= power; k += 1) total += (a[k] ?? 0n) * (b[power - k] ?? 0n);
		return total;
	});
}

/** 1 / (1 - a), the series of all finite sequences of what `a` counts. The constant coefficient of `a` must be 0. */
export function sequences(a: Series): Series {
	const result: bigint[] = [];
	for (let power = 0; power < a.length; power += 1) {
		let total = power === 0 ? 1n : 0n;
		for (let k = 1; k <= power; k += 1) total += (a[k] ?? 0n) * (result[power - k] ?? 0n);
		result.push(total);
	}
	return result;
}
