import type { Express } from 'express';
import { z } from 'zod';
import { createDouble, readForm } from './proxy.mjs';

/** A file that has been posted to a channel. */
export interface SlackFile {
	channel: string;
	comment: string | undefined;
	title: string;
	name: string;
	bytes: Buffer;
}

/** As much of Slack as takes a file: its three steps, for one bot. */
export interface Slack {
	/** for `slack.com` */
	api: Express;
	/** for `files.slack.com` */
	storage: Express;
	posted: SlackFile[];
	/** Whether the next step is answered as by a Slack that is down; then it is up again. */
	isDown: boolean;
}

const announcement = z.object({
	filename: z.string().min(1),
	length: z.coerce.number().int().positive(),
});
const completion = z.object({
	files: z.array(z.object({ id: z.string(), title: z.string() })).length(1),
	channel_id: z.string().min(1),
	initial_comment: z.string().optional(),
});

/** https://docs.slack.dev/messaging/working-with-files, "Uploading files". */
export function playSlack(token: string): Slack {
	const [api, storage] = [createDouble(), createDouble()];
	const slack: Slack = { api, storage, posted: [], isDown: false };
	const announced = new Map<string, { filename: string; length: number; bytes?: Buffer }>();

	api.use((request, response, next) => {
		if (slack.isDown) {
			slack.isDown = false;
			response.status(503).send('down');
		} else if (request.headers.authorization !== `Bearer ${token}`)
			response.json({ ok: false, error: 'invalid_auth' });
		else next();
	});
	api.get('/api/files.getUploadURLExternal', (request, response) => {
		const id = `F${announced.size}`;
		announced.set(id, announcement.parse(request.query));
		response.json({ ok: true, file_id: id, upload_url: `https://files.slack.com/upload/v1/${id}` });
	});
	storage.post('/upload/v1/:id', async (request, response) => {
		const file = announced.get(request.params.id);
		const { files } = await readForm(request.headers['content-type'], request.body);
		const [sent] = Object.values(files);
		if (file === undefined || sent?.bytes.length !== file.length) {
			response.status(400).send('not as announced');
			return;
		}
		file.bytes = sent.bytes;
		response.send(`OK - ${file.length}`);
	});
	api.post('/api/files.completeUploadExternal', (request, response) => {
		const { files, channel_id: channel, initial_comment: comment } = completion.parse(request.body);
		for (const { id, title } of files) {
			const { filename: name, bytes } = announced.get(id) ?? {};
			if (name === undefined || bytes === undefined) {
				response.json({ ok: false, error: 'file_not_found' });
				return;
			}
			slack.posted.push({ channel, comment, title, name, bytes });
		}
		response.json({ ok: true, files });
	});
	return slack;
}
