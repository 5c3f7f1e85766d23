import { createHash } from 'node:crypto';

/** A file in a form. */
export interface FormFile {
	name: string;
	/** as its part says, e.g. "image/png" */
	type: string;
	bytes: Buffer;
}

type FormField = string | FormFile;

/** The fields of a form: a list where a field came more than once, or has a name that ends in "[]". */
export type Form = Record<string, FormField | FormField[]>;

/** Reads a body of multipart/form-data. Throws when it is none. */
export async function readForm(bytes: Buffer, contentType: string): Promise<Form> {
	const data = await new Response(bytes, { headers: { 'Content-Type': contentType } }).formData();
	const fields = new Map<string, FormField[]>();
	for (const [name, value] of data) {
		const field =
			typeof value === 'string'
				? value
				: { name: value.name, type: value.type, bytes: Buffer.from(await value.arrayBuffer()) };
		fields.set(name, [...(fields.get(name) ?? []), field]);
	}
	return Object.fromEntries(
		[...fields].map(([name, values]) => {
			const [only, ...others] = values;
			return [name, only === undefined || others.length > 0 || name.endsWith('[]') ? values : only];
		}),
	);
}

/** The form for those who compare forms: in place of a file's bytes their number and their SHA-256 in hex. */
export function describeForm(form: Form): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(form).map(([name, field]) => [
			name,
			Array.isArray(field) ? field.map(describeField) : describeField(field),
		]),
	);
}

function describeField(field: FormField): unknown {
	if (typeof field === 'string') return field;
	const { name, type, bytes } = field;
	return {
		name,
		type,
		bytes: bytes.length,
		sha256: createHash('sha256').update(bytes).digest('hex'),
	};
}
