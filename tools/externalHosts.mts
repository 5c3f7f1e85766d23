import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generate } from 'selfsigned';
import { freePort } from './ports.mjs';

/** The hosts on the internet that the example workflows call. */
export const EXTERNAL_HOSTS = [
	'slack.com',
	'files.slack.com',
	'sheets.googleapis.com',
	'www.googleapis.com',
	'api.telegram.org',
] as const;
export type ExternalHost = (typeof EXTERNAL_HOSTS)[number];

/** Where an n8n sends its requests to the internet, so that a test can answer them. */
export interface ExternalAccess {
	/** The address of a proxy on loopback. A test that wants to answer opens it. */
	proxyUrl: string;
	/** A certificate for all EXTERNAL_HOSTS, in PEM; n8n has to trust it. */
	certificateFile: string;
	/** Its key, in PEM. */
	keyFile: string;
}

/**
 * Chooses the proxy's port and writes a certificate, good for a day, into `folder`. Nothing is started: until the proxy
 * is opened, an n8n that uses it cannot reach the internet at all.
 */
export async function prepareExternalAccess(folder: string): Promise<ExternalAccess> {
	const { cert, private: key } = await generate(
		[{ name: 'commonName', value: 'n8n-nodes-seedream tests' }],
		{
			keyType: 'ec',
			algorithm: 'sha256',
			notAfterDate: new Date(Date.now() + 86_400_000),
			extensions: [
				{ name: 'subjectAltName', altNames: EXTERNAL_HOSTS.map((value) => ({ type: 2, value })) },
			],
		},
	);
	const certificateFile = path.join(folder, 'externalHosts.crt');
	const keyFile = path.join(folder, 'externalHosts.key');
	await writeFile(certificateFile, cert);
	await writeFile(keyFile, key, { mode: 0o600 });
	return { proxyUrl: `http://127.0.0.1:${await freePort()}`, certificateFile, keyFile };
}
