/**
 * What is said by names of a gateway's own, where it is said at all.
 * @param names the names on the wire, by ours
 * @param values by our names
 */
export function renamed<Value>(
	names: Readonly<Record<string, string>>,
	values: ReadonlyMap<string, Value | undefined>,
): Record<string, Value> {
	return Object.fromEntries(
		Object.entries(names).flatMap(([name, onWire]): Array<[string, Value]> => {
			const value = values.get(name);
			return value === undefined ? [] : [[onWire, value]];
		}),
	);
}
