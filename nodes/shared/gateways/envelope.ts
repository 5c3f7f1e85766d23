import { isNoErrorCode, statesFailure } from './errorDetails';
import { isRecord } from '../media/json';
import { fieldsOf, textOf } from './responseBody';

/** The fields around a response that a proxy has wrapped in one of its own: `{"code":0,"msg":"ok","data":{…}}`. */
const ENVELOPE_FIELDS =
	/^(code|msg|message|success|error|(request|trace|log)_?id|time(stamp)?|data|result)$/i;

/** Returns a response without the envelope of a proxy, if that reports success. */
export function withoutEnvelope(body: unknown): unknown {
	const { data, result = data, code, success, error, ...others } = fieldsOf(body);
	if (!isRecord(result) || Object.keys(result).length === 0) return body;
	const isEnvelope =
		Object.keys(others).every((name) => ENVELOPE_FIELDS.test(name)) &&
		isNoErrorCode(textOf(code) ?? '') &&
		success !== false &&
		!statesFailure({ error });
	return isEnvelope ? result : body;
}
