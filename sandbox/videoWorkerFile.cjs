// CommonJS for the same reason as fontFile.cjs.
module.exports = require.resolve('./videoWorker.cjs');
