import { TaskList } from '../../sandbox/tasks.mjs';

describe("the sandbox's list of tasks", () => {
	test('keeps the newest 1000', () => {
		const list = new TaskList();
		const ids = Array.from(
			{ length: 1001 },
			() => list.add({ model: 'any', prompt: 'A cat' }, async () => 'link').id,
		);
		expect(list.find(ids[0] ?? '')).toBeUndefined();
		expect(list.find(ids[1] ?? '')?.number).toBe(1);
		expect(list.find(ids[1000] ?? '')?.number).toBe(1000);
	});

	test('makes the file of a task once, and only when it is to', async () => {
		const makeFile = jest.fn(async () => 'link');
		const task = new TaskList().add({ model: 'any', prompt: 'A cat' }, makeFile);
		expect(makeFile).not.toHaveBeenCalled();
		await task.file();
		await task.file();
		expect(makeFile).toHaveBeenCalledTimes(1);
		expect(makeFile).toHaveBeenCalledWith(task);
	});
});
