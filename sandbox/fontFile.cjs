// CommonJS, because only require.resolve finds a package's file the same way under tsx (ES modules) and jest (CommonJS).
module.exports = require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');
