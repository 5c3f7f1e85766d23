import { exchangeFor } from '../../nodes/shared/io/submit.js';
import { startDeadline } from '../../nodes/shared/io/deadline.js';
import type { Order } from '../../nodes/shared/job.js';

it('says that nothing was sent, when the time is over once the images are read', async () => {
	const deadline = startDeadline(0.001);
	const exchange: jest.MockedFunction<Order['exchange']> = jest.fn();
	const read = async () => {
		await new Promise((resolve) => deadline.signal.addEventListener('abort', resolve));
		return 'data:image/png;base64,AAAA';
	};
	const order = { model: 'seedream-4', asked: '', isSet: false, mostFiles: 1, references: [{ read, sizeBytes: 4 }], exchange };
	await expect(exchangeFor({ deadline }, order)).rejects.toMatchObject({ failure: { kind: 'notSent' } });
	expect(exchange).not.toHaveBeenCalled();
});
