import { randomBytes } from 'node:crypto';
import {
	startN8n,
	startWebhookProcess,
	startWorker,
	type N8n,
	type N8nOptions,
	type Worker,
} from './n8n.mjs';
import { freePort } from './ports.mjs';
import { startPostgres, startRedis, type ServicePrograms } from './services.mjs';

/**
 * An n8n in queue mode: a main that takes orders, workers that do them, a process that takes calls from outside, Redis
 * between them, and all data in PostgreSQL.
 */
export interface QueueStack {
	main: N8n;
	workers: readonly Worker[];
	/** Where calls from outside arrive, and the process that takes them. */
	webhookUrl: string;
	webhookProcess: Worker;
	redisPort: number;
	stop(): Promise<void>;
}

export interface QueueOptions extends N8nOptions {
	programs: ServicePrograms;
	workers: number;
	/** How many executions a worker has in work at once. */
	concurrency: number;
}

/**
 * Starts Redis, PostgreSQL, an n8n main and its workers, each n8n with a user folder of its own, as on machines of their
 * own: the database alone holds files. Throws ToolError when one of them does not come up.
 */
export async function startQueueStack({
	programs,
	workers: count,
	concurrency,
	...options
}: QueueOptions): Promise<QueueStack> {
	const started: Array<{ stop(): Promise<void> }> = [];
	const stop = async () => {
		for (const one of started.reverse()) await one.stop();
	};
	try {
		console.log('Starting Redis and PostgreSQL …');
		const redis = await startRedis(programs);
		started.push(redis);
		const postgres = await startPostgres(programs);
		started.push(postgres);
		const webhookPort = await freePort();
		const webhookUrl = `http://127.0.0.1:${webhookPort}/`;
		const settings = {
			...options.settings,
			...settingsFor(redis.port, postgres.port),
			WEBHOOK_URL: webhookUrl,
		};
		console.log('Starting n8n’s main (about 20 seconds) …');
		const main = await startN8n({ ...options, settings });
		started.push(main);
		console.log(`Starting ${count} workers and a webhook process (about 30 seconds) …`);
		const keep = <One extends Worker>(one: One): One => {
			started.push(one);
			return one;
		};
		const [webhookProcess, ...workers] = await Promise.all([
			startWebhookProcess({ ...options, settings, port: webhookPort }).then(keep),
			...Array.from({ length: count }, async () =>
				keep(await startWorker({ ...options, settings }, concurrency)),
			),
		]);
		return { main, workers, webhookUrl, webhookProcess, redisPort: redis.port, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

const settingsFor = (redisPort: number, postgresPort: number) => ({
	EXECUTIONS_MODE: 'queue',
	// What is started by hand is work for the workers, too.
	OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
	QUEUE_BULL_REDIS_HOST: '127.0.0.1',
	QUEUE_BULL_REDIS_PORT: String(redisPort),
	DB_TYPE: 'postgresdb',
	DB_POSTGRESDB_HOST: '127.0.0.1',
	DB_POSTGRESDB_PORT: String(postgresPort),
	DB_POSTGRESDB_DATABASE: 'postgres',
	DB_POSTGRESDB_USER: 'postgres',
	DB_POSTGRESDB_PASSWORD: '',
	N8N_DEFAULT_BINARY_DATA_MODE: 'database',
	// Who reads a credential needs the key of who wrote it.
	N8N_ENCRYPTION_KEY: randomBytes(24).toString('hex'),
});
