const { existsSync } = require('node:fs');
const { readdir, rm } = require('node:fs/promises');
const { Transform } = require('node:stream');
const { dest, series, src } = require('gulp');

/** The ink of the light icons and what becomes of it on a dark canvas. All other colours stay. */
const LIGHT_INK = '#1b2440';
const DARK_INK = '#eef1fb';

/** Makes icons/<name>.dark.svg from each icons/<name>.svg. */
function darkIcons() {
	const recolour = new Transform({
		objectMode: true,
		transform(file, _encoding, done) {
			file.contents = Buffer.from(file.contents.toString('utf8').replaceAll(LIGHT_INK, DARK_INK));
			file.path = file.path.replace(/\.svg$/, '.dark.svg');
			done(null, file);
		},
	});
	return src(['icons/*.svg', '!icons/*.dark.svg']).pipe(recolour).pipe(dest('icons'));
}

/** Puts what the compiler leaves behind into dist: the icons, and what n8n's search knows of the nodes. */
function staticFiles() {
	return src(['icons/*.svg', 'nodes/**/*.node.json'], { base: '.' }).pipe(dest('dist'));
}

/** The build copies every picture of the checkout; only the package's own belong into it. */
async function onlyOurs() {
	const ours = ['nodes', 'credentials', 'icons'];
	if (!existsSync('dist')) return;
	for (const entry of await readdir('dist')) {
		if (!ours.includes(entry)) await rm(`dist/${entry}`, { recursive: true });
	}
}

exports.icons = darkIcons;
exports.assets = series(staticFiles, onlyOurs);
