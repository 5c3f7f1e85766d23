/** The paths of OpenAI's API that gateways have, and their beginning. */
export const OPENAI_PATHS = /v1(\/(images\/(generations|edits)|chat\/completions|models))?/;
