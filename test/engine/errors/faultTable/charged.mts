import type { SandboxFault } from '../../../../sandbox/sandbox.mjs';
import { BUYERS, GATEWAY_NAMES, refusal, type Row } from './table.mjs';
import { summaryOf } from '../../../support/wording.mjs';

/** What another item of the same run gets. */
const REFUSED = [
	[500, `${summaryOf('gatewayFailed')} (no)`],
	[401, `${summaryOf('keyNotAccepted')} (no)`],
] as const;

/** Nobody knows whether it is charged: that is what the user has to be told, whatever else is wrong. */
export const charged: Row[] = BUYERS.flatMap((service) =>
	REFUSED.map(([status, happened]): Row => {
		const submit: SandboxFault[] = [
			{ status, body: refusal(service.gateway, status, 'no') },
			'reset',
		];
		const gateway = GATEWAY_NAMES[service.gateway];
		return {
			...service,
			fault: `of two items one is refused with HTTP ${status}, and the answer for the other is lost`,
			itemCount: 2,
			submit,
			expect: {
				paid: 1,
				submits: 2,
				message: `${gateway}: ${summaryOf('answerLost')} (`,
				description: `: ${gateway}: ${happened}.`,
			},
		};
	}),
);
