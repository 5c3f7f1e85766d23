import { parseArgs } from 'node:util';
import { normalizeBaseUrl, type ApiPaths } from '../../nodes/shared/credentials/normalize.js';
import { gateways } from '../../nodes/shared/gateways/registry.js';
import { GATEWAYS } from '../gateways.mjs';
import { ToolError } from '../processes.mjs';
import { credentialOf, usualAddress } from './credentials.mjs';
import { SERVICE_NAMES, SERVICES, type ServiceName } from './orders.mjs';
import type { Line } from './wire.mjs';

/** What a person called in a way that makes no sense. */
export class UsageError extends ToolError {
	constructor(why: string) {
		super(`${why}\n\n${USAGE}`);
	}
}

const USAGE = `Usage: npm run check:live -- --gateway ${gateways.map(({ name }) => name).join('|')} [options]
  --free           only what costs nothing
  --yes            order without a question
  --service NAME   only ${SERVICE_NAMES.join(', ')}; may be given several times
  --base-url URL   where the gateway is, if not at its usual address (for ModelArk: Volcengine Ark)
The key comes from the environment:
${GATEWAYS.map(({ displayName, keyVariable }) => `  ${displayName.padEnd(18)} ${keyVariable}`).join('\n')}`;

/** What is to be checked. */
export interface Choice {
	line: Line;
	/** Whether the line leads to the gateway's usual address. */
	isUsual: boolean;
	services: readonly ServiceName[];
	free: boolean;
	/** Whether the order was confirmed on the command line. */
	yes: boolean;
}

/**
 * Reads the command line.
 * @throws UsageError with one clear sentence
 */
export function readChoice(args: readonly string[], environment: NodeJS.ProcessEnv): Choice {
	const values = valuesOf(args);
	const wanted = values.gateway?.toLowerCase();
	const gateway = gateways.find(({ name }) => name.toLowerCase() === wanted);
	const variables = GATEWAYS.find(({ name }) => name === gateway?.name);
	if (!gateway || !variables)
		throw new UsageError(
			wanted === undefined ? 'Say which gateway.' : `There is no gateway "${values.gateway}".`,
		);
	const services = SERVICE_NAMES.filter(
		(name) => gateway[name] !== undefined && (values.service?.includes(name) ?? true),
	);
	const unknown = values.service?.find((service) => !services.some((name) => name === service));
	if (unknown !== undefined) {
		const offered = SERVICE_NAMES.filter((name) => gateway[name] !== undefined).map(
			(name) => `${name} (${SERVICES[name]})`,
		);
		throw new UsageError(
			`${gateway.displayName} does not have "${unknown}", but ${offered.join(', ')}.`,
		);
	}
	const key = environment[variables.keyVariable]?.trim() ?? '';
	if (key === '')
		throw new UsageError(
			`The key of ${gateway.displayName} has to be in the environment variable ${variables.keyVariable}.`,
		);
	const credential = credentialOf(gateway);
	const usual = usualAddress(credential);
	const address = values['base-url'] ?? (environment[variables.addressVariable]?.trim() || usual);
	return {
		line: { gateway, credential, address, key },
		isUsual: addressOf(address, gateway.apiPaths) === addressOf(usual, gateway.apiPaths),
		services,
		free: values.free,
		yes: values.yes,
	};
}

function valuesOf(args: readonly string[]) {
	try {
		return parseArgs({
			args: [...args],
			options: {
				gateway: { type: 'string' },
				'base-url': { type: 'string' },
				service: { type: 'string', multiple: true },
				free: { type: 'boolean', default: false },
				yes: { type: 'boolean', default: false },
			},
		}).values;
	} catch (error) {
		throw new UsageError(error instanceof Error ? error.message : String(error));
	}
}

function addressOf(pasted: string, apiPaths: ApiPaths): string {
	try {
		return normalizeBaseUrl(pasted, apiPaths);
	} catch {
		// Says nothing of what was given: people paste the key into the wrong place.
		throw new UsageError('The base URL is not an http or https address.');
	}
}
