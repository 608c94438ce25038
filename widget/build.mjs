// Builds dist/ from src/: the panel and the languages first, since the loader carries their hashed names.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = join(here, 'dist');
const built = {};

/** Styles become one minified string for a constructable stylesheet. */
const cssAsText = {
  name: 'css-as-text',
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(await readFile(path, 'utf8'), { loader: 'css', minify: true });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist);
const locales = await buildLocales();
const extras = await keepHashed('extras', await bundle('extras.ts', 'esm'));
const parts = { LOCALES: JSON.stringify(locales), EXTRAS: JSON.stringify(extras) };
const panel = await keepHashed('panel', await bundle('panel.ts', 'esm', parts));
await keep('w.js', await bundle('loader.ts', 'iife', { PANEL: JSON.stringify(panel) }));
await writeManifest();

async function buildLocales() {
  const names = {};
  for (const file of (await readdir(join(here, 'src/locales'))).sort()) {
    const language = basename(file, '.ts');
    if (language === 'en') continue; // English travels inside the panel
    names[language] = await keepHashed(`locale-${language}`, await bundle(`locales/${file}`, 'esm'));
  }
  return names;
}

async function bundle(entry, format, define = {}) {
  const result = await esbuild.build({
    absWorkingDir: here,
    entryPoints: [join('src', entry)],
    bundle: true,
    write: false,
    minify: true,
    charset: 'utf8',
    target: 'es2022',
    legalComments: 'none',
    format,
    define,
    plugins: [cssAsText],
  });
  return result.outputFiles[0].text;
}

async function keepHashed(name, text) {
  return keep(`${name}-${sha256(text).slice(0, 10)}.js`, text);
}

async function keep(name, text) {
  await writeFile(join(dist, name), text);
  built[name] = { sha256: sha256(text), bytes: Buffer.byteLength(text), gzip: gzipSync(text, { level: 9 }).length };
  return name;
}

function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

async function writeManifest() {
  const files = Object.fromEntries(Object.entries(built).sort(([a], [b]) => (a < b ? -1 : 1)));
  const manifest = { esbuild: esbuild.version, loader: 'w.js', panel, files };
  await writeFile(join(dist, 'MANIFEST.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const [name, { gzip }] of Object.entries(files)) console.log(String(gzip).padStart(6), name);
}
