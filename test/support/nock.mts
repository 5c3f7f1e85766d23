import nock from 'nock';

/**
 * Nock, taken down when the file that imports it has ended. The modules that it patches are the process's own and
 * outlive a test file: left in place, its patches lie under those of the next file in the same worker, whose
 * connections then break where nobody listens.
 */
afterAll(() => {
	nock.enableNetConnect();
	nock.restore();
});

export default nock;
