import type { GatewayRequest } from '../../nodes/shared/gateways/types.js';
import type { FailureKind } from '../../nodes/shared/errors/policy.js';
import { makeCheck, type Check } from './check.mjs';
import { complaintOf } from './credentials.mjs';
import type { GatewayDescriptions } from './descriptions.mjs';
import { failureIn, failureWords } from './failures.mjs';
import { SERVICE_NAMES, SERVICES, type ServiceName } from './orders.mjs';
import { send, sendCredentialTest, type Line, type Received } from './wire.mjs';

/** No gateway has given it to anyone. */
const WRONG_KEY = 'wrong-key-of-check-live';

/** For a gateway of whose ids nothing is known. */
const UNKNOWN_TASK = '0123456789abcdef01234567';

/** Whose answers are checked, and what is known of them. */
export interface Place {
	line: Line;
	descriptions: Partial<GatewayDescriptions>;
	/** What there is to be looked at. */
	services: readonly ServiceName[];
	/** Says how far things have come. */
	tell(words: string): void;
}

/** All that can be asked without paying for it, and whether the key opens the gateway. */
export async function freeChecks(place: Place): Promise<{ checks: Check[]; opens: boolean }> {
	const { line, descriptions } = place;
	let opens = false;
	const { gateway, credential } = line;
	const withWrongKey = { ...line, key: WRONG_KEY };
	const checks = [
		await makeCheck('Credential test', async (check) => {
			const received = await sendCredentialTest(line);
			check.keep(received);
			const complaint = complaintOf(credential.test, received);
			if (complaint === undefined) opens = true;
			else check.differs(`n8n would say: ${complaint}`);
			check.compare(received, descriptions.credentialTest);
		}),
		await makeCheck('Wrong key', async (check) => {
			const received = await sendCredentialTest(withWrongKey);
			check.keep(received);
			if (complaintOf(credential.test, received) === undefined)
				check.differs('n8n would take the wrong key for a good one');
			expectKind(check, gateway.parseError(received)?.kind, 'keyNotAccepted');
			check.compare(received, descriptions.wrongKey);
		}),
	];
	const { balance } = gateway;
	if (balance) {
		checks.push(
			await makeCheck('Get Balance', async (check) => {
				const received = await send(line, balance.buildRequest());
				check.keep(received);
				check.compare(received, descriptions.balance);
				const failure = gateway.parseError(received);
				if (failure) check.differs(failureWords(failure));
				else check.understand(() => balance.parseResponse(received.body));
			}),
		);
	}
	return {
		checks: [...checks, ...(await modelChecks(place)), ...(await taskChecks(place, withWrongKey))],
		opens,
	};
}

/** Which models the gateway says that it has, beside those that the package knows: in a form that can be pasted. */
async function modelChecks({ line, services }: Place): Promise<Check[]> {
	const checks: Check[] = [];
	for (const name of SERVICE_NAMES.filter((service) => services.includes(service))) {
		const service = line.gateway[name];
		const { modelList } = service ?? {};
		if (!service || !modelList) continue;
		checks.push(
			await makeCheck(`${SERVICES[name]}: list of models`, async (check) => {
				const received = await send(line, modelList.buildRequest());
				check.keep(received);
				const listed = check.understand(() => modelList.parseResponse(received));
				if (!listed) return;
				const known = [...service.models, ...(service.otherNames?.() ?? [])].map(({ id }) => id);
				const strange = listed.filter((id) => !known.includes(id));
				const missing = service.models.map(({ id }) => id).filter((id) => !listed.includes(id));
				if (strange.length > 0) check.differs(`the catalog lacks ${JSON.stringify(strange)}`);
				if (missing.length > 0) check.note(`the gateway does not list ${JSON.stringify(missing)}`);
			}),
		);
	}
	return checks;
}

/** What can be asked of tasks before there is one. Services that share their pages are looked at once. */
async function taskChecks(
	{ line, descriptions, services }: Place,
	withWrongKey: Line,
): Promise<Check[]> {
	const { gateway } = line;
	const checks: Check[] = [];
	const asked = new Set<string>();
	for (const service of SERVICE_NAMES.filter((name) => services.includes(name))) {
		const tasks = gateway[service]?.tasks;
		if (!tasks) continue;
		const look = tasks.getTask(descriptions.unknownTaskId ?? UNKNOWN_TASK);
		if (asked.has(written(look))) continue;
		asked.add(written(look));
		const known = descriptions[service];
		const name = SERVICES[service];
		const kindOf = (received: Received) => kindIn(() => tasks.parseResponse(received));

		checks.push(
			await makeCheck(`${name}: unknown task`, async (check) => {
				const received = await send(line, look);
				check.keep(received);
				expectKind(check, kindOf(received), 'taskNotFound');
				check.compare(received, known?.unknownTask);
			}),
			await makeCheck(`${name}: wrong key for a task`, async (check) => {
				const received = await send(withWrongKey, look);
				check.keep(received);
				expectKind(check, kindOf(received), 'keyNotAccepted');
				check.compare(received, known?.wrongKey ?? descriptions.wrongKey);
			}),
		);
		const { list } = tasks;
		if (list) {
			checks.push(
				await makeCheck(`${name}: Get Many`, async (check) => {
					const received = await send(line, list.buildRequest({}, 1));
					check.keep(received);
					check.compare(received, known?.list);
					const failure = gateway.parseError(received);
					if (failure) check.differs(failureWords(failure));
					const page = failure
						? undefined
						: check.understand(() => list.parseResponse(received.body));
					if (page && page.tasks.length < page.entries)
						check.differs(`of ${page.entries} tasks the package understands ${page.tasks.length}`);
				}),
			);
		}
		const cancel = tasks.cancel?.(descriptions.unknownTaskId ?? UNKNOWN_TASK);
		if (cancel) {
			checks.push(
				await makeCheck(`${name}: Cancel Task of an unknown one`, async (check) => {
					const received = await send(line, cancel);
					check.keep(received);
					if (!gateway.parseError(received)) check.differs('the package takes it for cancelled');
					check.compare(received, known?.unknownTask);
				}),
			);
		}
	}
	return checks;
}

const written = ({ method, path, body }: GatewayRequest) => JSON.stringify([method, path, body]);

function kindIn(read: () => unknown): FailureKind | undefined {
	try {
		read();
		return undefined;
	} catch (error) {
		return failureIn(error).kind;
	}
}

function expectKind(check: Check, kind: FailureKind | undefined, expected: FailureKind): void {
	if (kind !== expected)
		check.differs(
			`the package takes it for ${kind === undefined ? 'a good answer' : `"${kind}"`}, expected is "${expected}"`,
		);
}
