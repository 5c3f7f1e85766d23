import type { SandboxGateway } from '../sandbox/sandbox.mjs';

/** What the tools have to know of a gateway: its credential, and the variables that lead to the real one. */
export interface ToolGateway {
	name: SandboxGateway;
	displayName: string;
	credentialType: string;
	/** as the example workflows call it */
	credentialName: string;
	keyVariable: string;
	/** where to find it if not at its usual address */
	addressVariable: string;
}

const gateway = (name: SandboxGateway, displayName: string): ToolGateway => ({
	name,
	displayName,
	credentialType: `${name}Api`,
	credentialName: `${displayName} account`,
	keyVariable: `${name.toUpperCase()}_API_KEY`,
	addressVariable: `${name.toUpperCase()}_BASE_URL`,
});

export const GATEWAYS: readonly ToolGateway[] = [
	gateway('gptunnel', 'GPTunnel'),
	gateway('myRouter', 'MyRouter'),
	gateway('agentsFlare', 'AgentsFlare'),
	gateway('modelArk', 'BytePlus ModelArk'),
];
