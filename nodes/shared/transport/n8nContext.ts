import type { IExecuteFunctions, ILoadOptionsFunctions } from 'n8n-workflow';

/** The context that sends requests: that of a running node, or that of its form. */
export type RequestContext = IExecuteFunctions | ILoadOptionsFunctions;

/**
 * Returns the context with another signal, so that a request with a key also ends with that signal.
 *
 * Relies on: n8n's `httpRequestWithAuthentication`, which accepts no signal of the caller but puts that of
 * `this.getExecutionCancelSignal()` into each request (n8n-core, `request-helpers/authentication.js`). A context
 * without that method, such as that of a form, gets no signal: there the request's `timeout` ends the wait.
 * Shown by: test/engine/execution/silentGateway.test.mts, "half an answer at myRouter: Timeout ends it".
 */
export function withAbortSignal<Context extends RequestContext>(
	context: Context,
	signal: AbortSignal,
): Context {
	return new Proxy(context, {
		get: (target, property) =>
			property === 'getExecutionCancelSignal' ? () => signal : Reflect.get(target, property),
	});
}
