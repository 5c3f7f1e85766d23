import { failureOf } from '../byteplus/failures';
import { seedanceOf } from '../byteplus/seedance';
import { seedreamOf } from '../byteplus/seedream';
import type { Gateway } from '../gateway';

/** BytePlus's own API, and Volcengine Ark's by its base URL: the same paths (the vendor's docs). */
export const modelArk: Gateway = {
	name: 'modelArk',
	displayName: 'BytePlus ModelArk',
	credential: 'modelArkApi',
	apiRoots: ['/api/v3'],
	failureOf: (answer) => failureOf(answer),
	seedream: seedreamOf('/api/v3/images/generations', 'The maker’s own API: image sets, streamed as they are made', () => 'docs'),
	seedance: seedanceOf('/api/v3/contents/generations/tasks', 'The maker’s own API: first, last and reference images, length, sound', failureOf, 'docs'),
};
