import axios from 'axios';
import type { Express } from 'express';
import { z } from 'zod';
import { createDouble, readForm } from './proxy.mjs';

/** What the bot has sent. */
export interface TelegramMessage {
	method: 'sendMessage' | 'sendPhoto';
	chatId: string;
	replyTo: string;
	text?: string;
	photo?: { name: string; bytes: Buffer };
}

/** As much of Telegram as one bot needs that gets photos and answers them. */
export interface Telegram {
	/** for `api.telegram.org` */
	api: Express;
	sent: TelegramMessage[];
	/** Whether the bot has set a webhook. */
	isListenedTo(): boolean;
	/** Hands a message to the bot, as Telegram does it by the webhook that the bot has set. */
	deliver(message: {
		chatId: number;
		messageId: number;
		caption?: string;
		text?: string;
		photo?: Buffer;
	}): Promise<void>;
}

const webhookSchema = z.object({ url: z.string().url(), secret_token: z.string() });
const textSchema = z.object({
	chat_id: z.coerce.string(),
	text: z.string(),
	reply_to_message_id: z.coerce.string(),
});
const formSchema = z.object({ chat_id: z.string(), reply_to_message_id: z.string() });

/** https://core.telegram.org/bots/api */
export function playTelegram(token: string): Telegram {
	const api = createDouble();
	const sent: TelegramMessage[] = [];
	const photos: Buffer[] = [];
	let webhook: z.infer<typeof webhookSchema> | undefined;
	const done = (result: unknown) => ({ ok: true, result });
	// A token holds a colon, which would begin a parameter in a route.
	const bot = `/bot${token.replaceAll(':', '\\:')}`;

	api.post(
		`${bot}/getWebhookInfo`,
		(_request, response) => void response.json(done({ url: webhook?.url ?? '' })),
	);
	api.post(`${bot}/setWebhook`, (request, response) => {
		webhook = webhookSchema.parse(request.body);
		response.json(done(true));
	});
	api.post(`${bot}/deleteWebhook`, (_request, response) => {
		webhook = undefined;
		response.json(done(true));
	});
	api.get(`${bot}/getFile`, ({ query: { file_id: id } }, response) => {
		response.json(
			done({ file_id: id, file_unique_id: id, file_path: `photos/file_${String(id)}.jpg` }),
		);
	});
	api.get(`/file${bot}/photos/file_:id.jpg`, (request, response) => {
		const photo = photos[Number(request.params.id)];
		if (photo === undefined)
			response.status(404).json({ ok: false, error_code: 404, description: 'Not Found' });
		else response.type('application/octet-stream').send(photo);
	});
	api.post(`${bot}/sendMessage`, (request, response) => {
		const { chat_id: chatId, text, reply_to_message_id: replyTo } = textSchema.parse(request.body);
		sent.push({ method: 'sendMessage', chatId, replyTo, text });
		response.json(done({ message_id: sent.length }));
	});
	api.post(`${bot}/sendPhoto`, async (request, response) => {
		const { fields, files } = await readForm(request.headers['content-type'], request.body);
		const { chat_id: chatId, reply_to_message_id: replyTo } = formSchema.parse(fields);
		sent.push({ method: 'sendPhoto', chatId, replyTo, ...(files.photo && { photo: files.photo }) });
		response.json(done({ message_id: sent.length }));
	});

	return {
		api,
		sent,
		isListenedTo: () => webhook !== undefined,
		async deliver({ chatId, messageId, caption, text, photo }) {
			if (webhook === undefined) throw new Error('The bot has set no webhook.');
			const fileId = photo === undefined ? undefined : String(photos.push(photo) - 1);
			// Telegram offers several sizes; here all are the same.
			const sizes =
				fileId === undefined
					? undefined
					: [90, 320, 800].map((width) => ({
							file_id: fileId,
							file_unique_id: fileId,
							width,
							height: width,
						}));
			const chat = { id: chatId, first_name: 'Somebody', type: 'private' };
			const message = {
				message_id: messageId,
				from: { ...chat, is_bot: false },
				chat,
				date: Math.floor(Date.now() / 1000),
				caption,
				text,
				photo: sizes,
			};
			const headers = { 'x-telegram-bot-api-secret-token': webhook.secret_token };
			await axios.post(webhook.url, { update_id: messageId, message }, { headers, proxy: false });
		},
	};
}
