/** What both tables of calls have in common. */
import sharp from 'sharp';

import type { Sandbox } from '../../sandbox/sandbox.mjs';
import { picture } from '../support/pictures.mjs';

/** A call of a client, and what the real API makes of it. */
export interface Call {
	/** what is asked for */
	call: string;
	/** where it is known from that the real API takes it, or refuses it */
	source: string;
}

/** What the calls that a gateway refuses have besides. */
export interface Refused {
	/** what the refusal names: a field or a model */
	names: RegExp;
	/** undefined = 400 */
	status?: number;
}

/** Pictures that go with calls. */
export interface Props {
	/** a PNG without an alpha channel */
	photo: Buffer;
	/** the same as a JPEG */
	jpeg: Buffer;
	/** a PNG of the same pixels that can be seen through */
	cutout: Buffer;
	/** of the photo, in the sandbox's storage */
	link: string;
}

export async function makeProps(sandbox: Sandbox): Promise<Props> {
	const photo = await picture(640, 360);
	return {
		photo,
		jpeg: await picture(640, 360, 'jpeg'),
		cutout: await sharp(photo).ensureAlpha(0.5).png().toBuffer(),
		link: sandbox.addFile('fox.png', photo, 'image/png'),
	};
}

/** Of what came, in the table. */
const LONGEST = 90;

/** What has been seen of a client, printed when all is over. */
export class Ledger {
	private readonly lines: string[] = [];
	private readonly counts = { taken: 0, refused: 0 };

	constructor(private readonly client: string) {}

	/** Notes a call that went as it should. */
	add(outcome: 'taken' | 'refused', { call, source }: Call, came: string): void {
		this.counts[outcome]++;
		const told = came.length > LONGEST ? `${came.slice(0, LONGEST)}…` : came;
		this.lines.push(`${outcome.padEnd(7)} | ${call} | ${told} | ${source}`);
	}

	/** `expected` is how many calls there are. */
	print(expected: { taken: number; refused: number }): void {
		const { taken, refused } = this.counts;
		const head = `${this.client}, call by call (what came of it, and where it is known from that the real API does so)`;
		const sum = `${taken} of ${expected.taken} calls taken, ${refused} of ${expected.refused} refused, as the real API does`;
		process.stdout.write(`\n${head}:\n${this.lines.join('\n')}\n${this.client}: ${sum}\n`);
	}
}

/** How many orders have been accepted. */
export function paidCount(sandbox: Sandbox): number {
	return sandbox.requests.filter(({ paid }) => paid).length;
}

/** Runs what must throw, and gives what was thrown. */
export async function thrownBy(run: () => PromiseLike<unknown>): Promise<unknown> {
	try {
		await run();
	} catch (error) {
		return error;
	}
	throw new Error('It was taken');
}
