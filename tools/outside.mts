import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generate } from 'selfsigned';
import { freePort } from './ports.mjs';

/** The services on the internet that the example workflows speak to. */
export const OUTSIDE_HOSTS = [
	'slack.com',
	'files.slack.com',
	'sheets.googleapis.com',
	'www.googleapis.com',
	'api.telegram.org',
] as const;
export type OutsideHost = (typeof OUTSIDE_HOSTS)[number];

/** Where an n8n has to turn for the internet, so that a test can answer in its place. */
export interface Outside {
	/** The address of a proxy on loopback; whoever wants to answer opens it. */
	proxyUrl: string;
	/** A certificate for all OUTSIDE_HOSTS, in PEM; n8n has to trust it. */
	certificateFile: string;
	/** Its key, in PEM. */
	keyFile: string;
}

/**
 * Chooses the proxy's port and writes a certificate, good for a day, into `folder`. Nothing is started: until somebody
 * opens the proxy, an n8n that turns to it cannot reach the internet at all.
 */
export async function prepareOutside(folder: string): Promise<Outside> {
	const { cert, private: key } = await generate(
		[{ name: 'commonName', value: 'n8n-nodes-seedream tests' }],
		{
			keyType: 'ec',
			algorithm: 'sha256',
			notAfterDate: new Date(Date.now() + 86_400_000),
			extensions: [
				{ name: 'subjectAltName', altNames: OUTSIDE_HOSTS.map((value) => ({ type: 2, value })) },
			],
		},
	);
	const certificateFile = path.join(folder, 'outside.crt');
	const keyFile = path.join(folder, 'outside.key');
	await writeFile(certificateFile, cert);
	await writeFile(keyFile, key, { mode: 0o600 });
	return { proxyUrl: `http://127.0.0.1:${await freePort()}`, certificateFile, keyFile };
}
