import type { Express } from 'express';
import { z } from 'zod';
import { createDouble } from './proxy.mjs';

/** A file in the drive. */
export interface DriveFile {
	id: string;
	name: string;
	mimeType: string;
	parents: string[];
	bytes: Buffer;
}

/** As much of Google Drive as takes files in pieces, for one account. */
export interface Drive {
	/** for `www.googleapis.com` */
	api: Express;
	/** Those that have arrived whole. */
	files: DriveFile[];
}

const metadata = z.object({ name: z.string().min(1), parents: z.array(z.string()) });
const piece = z
	.string()
	.regex(/^bytes \d+-\d+\/\d+$/)
	.transform((range) =>
		z.tuple([z.number(), z.number(), z.number()]).parse([...range.matchAll(/\d+/g)].map(Number)),
	);

/** https://developers.google.com/workspace/drive/api/guides/manage-uploads#resumable */
export function playDrive(token: string): Drive {
	const api = createDouble();
	const drive: Drive = { api, files: [] };
	const uploads: DriveFile[] = [];

	api.use((request, response, next) => {
		// The address of an upload is itself the permission.
		if (request.method === 'PUT' || request.headers.authorization === `Bearer ${token}`) next();
		else
			response
				.status(401)
				.json({ error: { code: 401, message: 'Request had invalid authentication credentials.' } });
	});
	api.post('/upload/drive/v3/files', (request, response) => {
		const { name, parents } = metadata.parse(request.body);
		const mimeType = z.string().parse(request.headers['x-upload-content-type']);
		const id = `drive-file-${uploads.length}`;
		uploads.push({ id, name, parents, mimeType, bytes: Buffer.alloc(0) });
		response
			.set(
				'Location',
				`https://www.googleapis.com/upload/drive/v3/files?uploadType=resumable&upload_id=${id}`,
			)
			.end();
	});
	api.put('/upload/drive/v3/files', (request, response) => {
		const file = uploads.find(({ id }) => id === request.query.upload_id);
		const [from, to, total] = piece.parse(request.headers['content-range']);
		const bytes = z.instanceof(Buffer).parse(request.body);
		if (file === undefined || from !== file.bytes.length || to - from + 1 !== bytes.length) {
			response
				.status(400)
				.json({ error: { code: 400, message: 'This piece does not follow the last one.' } });
			return;
		}
		file.bytes = Buffer.concat([file.bytes, bytes]);
		if (file.bytes.length < total) {
			response.status(308).set('Range', `bytes=0-${to}`).end();
			return;
		}
		drive.files.push(file);
		response.json({ kind: 'drive#file', id: file.id, name: file.name, mimeType: file.mimeType });
	});
	api.patch('/drive/v3/files/:id', (request, response) => {
		const file = drive.files.find(({ id }) => id === request.params.id);
		if (file === undefined) {
			response.status(404).json({ error: { code: 404, message: 'File not found' } });
			return;
		}
		Object.assign(
			file,
			z.object({ name: z.string(), mimeType: z.string() }).partial().parse(request.body),
		);
		response.json({ kind: 'drive#file', id: file.id, name: file.name, mimeType: file.mimeType });
	});
	return drive;
}
