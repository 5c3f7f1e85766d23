/** What a published package's declarations say: read as they stand, without its code. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** The strings that a type may be: `'a' | 'b' | (string & {})` gives a and b. */
function literalsIn(type: ts.TypeNode | undefined): string[] {
	if (type === undefined) return [];
	if (ts.isUnionTypeNode(type)) return type.types.flatMap(literalsIn);
	return ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal) ? [type.literal.text] : [];
}

/** The types and interfaces of a .d.ts file. */
export class Declarations {
	private readonly statements: ts.Statement[];

	constructor(private readonly path: string) {
		this.statements = [
			...ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest).statements,
		];
	}

	/** The strings of a union type. */
	literalsOf(name: string): string[] {
		const found = this.statements.find(
			(one): one is ts.TypeAliasDeclaration =>
				ts.isTypeAliasDeclaration(one) && one.name.text === name,
		);
		const literals = literalsIn(found?.type);
		if (literals.length === 0)
			throw new Error(`${this.path} has no union of strings called ${name}`);
		return literals;
	}

	/** The members of an interface or an object type, each with the strings that it may be. */
	membersOf(name: string): Map<string, string[]> {
		const members = this.statements.flatMap((one): ts.TypeElement[] => {
			if (ts.isInterfaceDeclaration(one) && one.name.text === name) return [...one.members];
			return ts.isTypeAliasDeclaration(one) &&
				one.name.text === name &&
				ts.isTypeLiteralNode(one.type)
				? [...one.type.members]
				: [];
		});
		const properties = members.filter(ts.isPropertySignature);
		if (properties.length === 0)
			throw new Error(`${this.path} has no type with members called ${name}`);
		return new Map(
			properties.flatMap(({ name: key, type }) =>
				ts.isIdentifier(key) ? [[key.text, literalsIn(type)] as const] : [],
			),
		);
	}
}
