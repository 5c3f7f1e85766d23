import { runNode } from '../../support/engine.mjs';
import { listen } from '../../support/fixtures.mjs';
import { picture } from '../../support/pictures.mjs';
import { summaryOf } from '../../support/wording.mjs';

it('a download that breaks off when most of it has come says so', async () => {
	const start = Buffer.concat([await picture(64, 64), Buffer.alloc(200_000, 1)]);
	let downloads = 0;
	const { url: baseUrl } = await listen((request, response) => {
		if (request.method === 'POST') {
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify({ images: [`http://${request.headers.host}/fox.png`] }));
			return;
		}
		downloads += 1;
		response.setHeader('content-length', start.length + 1000);
		response.write(start);
		setTimeout(() => response.destroy(), 100);
	});
	const run = await runNode({
		node: 'Seedream',
		parameters: { gateway: 'myRouter', prompt: 'A red fox' },
		credentials: { myRouterApi: { apiKey: 'a-key-of-a-test', baseUrl } },
	});
	expect(run.error?.message).toBe(
		`MyRouter: ${summaryOf('fileGone')} (the download broke off) [item 0]`,
	);
	expect(downloads).toBe(3);
});
