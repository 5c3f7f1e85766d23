/**
 * Renames values to a gateway's own names, and leaves out those that are undefined.
 * @param names the names in the API, by ours
 * @param values by our names
 */
export function renamed<Value>(
	names: Readonly<Record<string, string>>,
	values: ReadonlyMap<string, Value | undefined>,
): Record<string, Value> {
	return Object.fromEntries(
		Object.entries(names).flatMap(([name, apiName]): Array<[string, Value]> => {
			const value = values.get(name);
			return value === undefined ? [] : [[apiName, value]];
		}),
	);
}
