import { createHash, randomBytes } from 'node:crypto';

import { Router } from 'express';

import type { SandboxFile } from './behaviour.mjs';
import { exchangeOf } from './exchange.mjs';
import { sendLongFile } from './longFile.mjs';

/** Files kept, the newest: a 4K picture is about a megabyte, so the store stays within a few hundred. */
const FILES_KEPT = 200;

/** The link's lifetime that all pages name or show (X-Tos-Expires), in seconds; the sandbox does not enforce it. */
const LINK_LIFETIME = 86_400;

interface StoredFile {
	content: Buffer | SandboxFile;
	contentType: string;
	/** the exact query string a link must carry; empty when any will do */
	signature: string;
}

/** A link to nothing: the status it is answered with. */
interface DeadLink {
	status: number;
}

const NO_FILE: DeadLink = { status: 403 };

/** The second origin: it stands for the object storage that the gateways' links lead to, and knows no keys. */
export class FileStore {
	/** where the store is served, without a trailing slash; set once it listens */
	origin = '';

	private readonly files = new Map<string, StoredFile | DeadLink>();

	/** Serves the files; a name or signature that is unknown (or no longer kept) is refused with HTTP 403. */
	readonly routes = Router();

	constructor() {
		// As object storages do with a signed link: two ways to log in at once are refused. So whatever is
		// downloaded here came without the gateway's key.
		this.routes.use((request, response, next) => {
			if (request.headers.authorization === undefined) {
				next();
				return;
			}
			exchangeOf(request).remark = 'an Authorization header, which this host must not see';
			response
				.status(400)
				.json({ Code: 'InvalidArgument', Message: 'Only one auth mechanism is allowed' });
		});
		this.routes.get('/{*path}', async (request, response) => {
			const { pathname, search } = new URL(request.originalUrl, 'http://files');
			const found = this.files.get(pathname) ?? NO_FILE;
			const file =
				'content' in found && found.signature !== '' && found.signature !== search
					? NO_FILE
					: found;
			if (!('content' in file)) {
				exchangeOf(request).remark = 'unknown or expired link';
				response.status(file.status).json({
					Code: file.status === 404 ? 'NoSuchKey' : 'AccessDenied',
					Message: 'The link is unknown, incomplete or expired',
				});
				return;
			}
			const { content } = file;
			response.set('Content-Type', file.contentType);
			if (Buffer.isBuffer(content)) response.send(content);
			else await sendLongFile(request, response, content);
		});
		this.routes.all('/{*path}', (_request, response) => {
			response.status(405).json({ Code: 'MethodNotAllowed', Message: 'Files can only be read' });
		});
	}

	/** Puts any file under a name of the caller's choice; returns its plain link. */
	add(name: string, content: Buffer | SandboxFile, contentType: string): string {
		const pathname = pathnameOf(name);
		this.keep(pathname, { content, contentType, signature: '' });
		return this.origin + pathname;
	}

	/** Returns a plain link that is answered with this HTTP status, as one whose file is gone. */
	addDead(name: string, status: number): string {
		const pathname = pathnameOf(name);
		this.keep(pathname, { status });
		return this.origin + pathname;
	}

	/**
	 * Puts a generated picture under a name like those on the pages and returns its signed link, e.g.
	 * `…/seedream-4-5/0217…_0.jpeg?X-Tos-Algorithm=…` (gptunnel-seedream-4.md, agentsflare-seedream.md).
	 */
	publish(
		folder: string,
		index: number,
		content: Buffer | SandboxFile,
		format: 'jpeg' | 'png',
	): string {
		const now = new Date();
		const pathname = `/${folder}/02${now.getTime()}${randomBytes(19).toString('hex')}_${index}.${format}`;
		const day = now.toISOString().slice(0, 10).replaceAll('-', '');
		const query = new URLSearchParams({
			'X-Tos-Algorithm': 'TOS4-HMAC-SHA256',
			'X-Tos-Credential': `SANDBOX/${day}/ap-southeast-1/tos/request`,
			'X-Tos-Date': `${now.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`,
			'X-Tos-Expires': String(LINK_LIFETIME),
			'X-Tos-Signature': createHash('sha256').update(pathname).digest('hex'),
			'X-Tos-SignedHeaders': 'host',
		});
		const signature = `?${query.toString()}`;
		this.keep(pathname, { content, contentType: `image/${format}`, signature });
		return this.origin + pathname + signature;
	}

	private keep(pathname: string, file: StoredFile | DeadLink): void {
		// Deleted first, so that a replaced file counts as new.
		this.files.delete(pathname);
		this.files.set(pathname, file);
		for (const oldest of this.files.keys()) {
			if (this.files.size <= FILES_KEPT) break;
			this.files.delete(oldest);
		}
	}
}

function pathnameOf(name: string): string {
	return `/${name.split('/').map(encodeURIComponent).join('/')}`;
}
