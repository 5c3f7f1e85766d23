import { Check } from './check.mjs';
import { DESCRIPTIONS } from './descriptions.mjs';
import { freeChecks, type Place } from './free.mjs';
import { createHider } from './hide.mjs';
import { orderOf, PROMPT, SERVICES, type LiveOrder } from './orders.mjs';
import { paidChecks, type Patience } from './paid.mjs';
import { reportOf } from './report.mjs';
import type { Choice } from './usage.mjs';

/** What the checks need of whoever runs them. */
export interface Host {
	/** Name and version of the package. */
	package: string;
	patience: Patience;
	/** Says how far things have come. */
	tell(words: string): void;
	/** Asks whether this may be ordered. */
	confirms(question: string): Promise<boolean>;
}

/** What was found. */
export interface Found {
	checks: readonly Check[];
	/** Markdown. */
	report: string;
}

/** Asks a gateway all that costs nothing and, if that is confirmed, orders one thing of each service. */
export async function checkLive(choice: Choice, host: Host): Promise<Found> {
	const { line, isUsual, services } = choice;
	const { gateway, key } = line;
	const hider = createHider(key, PROMPT);
	const tell = (words: string) => host.tell(hider.text(words));
	const place: Place = { line, descriptions: DESCRIPTIONS[gateway.name] ?? {}, services, tell };

	tell(`${gateway.displayName}: asking what costs nothing …`);
	const { checks, opens } = await freeChecks(place);
	const orders = await ordersOf(place);
	const why = opens
		? await whyNot(choice, host, orders)
		: 'nothing is ordered where n8n would not take the credential';
	for (const order of orders) {
		if (why === undefined)
			checks.push(
				...(await paidChecks(place, order, host.patience, (taskId) => hider.learn(taskId))),
			);
		else checks.push(new Check(`${SERVICES[order.service]}: order`).leaveOut(why));
	}
	return { checks, report: reportOf({ gateway, package: host.package, isUsual, checks, hider }) };
}

/** Why nothing is ordered; undefined where it may be. */
async function whyNot(
	{ line, free, yes }: Choice,
	host: Host,
	orders: readonly LiveOrder[],
): Promise<string | undefined> {
	if (free) return 'only what costs nothing was asked for';
	const question = questionOf(line.gateway.displayName, orders);
	if (yes) host.tell(question);
	return yes || (await host.confirms(question)) ? undefined : 'it was not to be ordered';
}

async function ordersOf({ line, services }: Place): Promise<LiveOrder[]> {
	const orders: LiveOrder[] = [];
	for (const service of services) {
		const order = await orderOf(line.gateway, service);
		if (order) orders.push(order);
	}
	return orders;
}

/** What will be ordered, and what nobody here knows about it. */
function questionOf(gateway: string, orders: readonly LiveOrder[]): string {
	return [
		`This is ordered from ${gateway}, once each, and costs money:`,
		...orders.map(({ service, words }) => `  ${SERVICES[service]}: ${words}`),
		'We know no prices. These are the smallest orders of the models that are the cheapest as far as their names and sizes tell; what they cost, the gateway’s price list says.',
	].join('\n');
}
