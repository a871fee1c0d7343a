/**
 * Builds the Grafana app plugin and its nested panel and data source into dist/, the way Grafana
 * loads them: one AMD module each, with what Grafana shares left outside.
 */

import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { version } = JSON.parse(await readFile(here('package.json'), 'utf8'));

/** Given by every Grafana from 12.3 on; bundling them would make two Reacts. */
const SHARED = ['react', 'react-dom', 'react/jsx-runtime', 'rxjs', '@grafana/data', '@grafana/runtime', '@grafana/ui'];
/** Folder of each plugin in src/ and dist/. */
const PLUGINS = ['', 'panel/', 'datasource/'];

await rm(here('dist'), { recursive: true, force: true });
for (const folder of PLUGINS) {
  const manifest = JSON.parse(await readFile(here(`src/${folder}plugin.json`), 'utf8'));
  if (manifest.info.version !== version) throw new Error(`src/${folder}plugin.json is of version ${manifest.info.version}, package.json of ${version}.`);
  await build({
    configFile: false,
    root: here('.'),
    logLevel: 'warn',
    publicDir: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir: here(`dist/${folder}`),
      emptyOutDir: false,
      sourcemap: true,
      target: 'es2022',
      reportCompressedSize: false,
      lib: { entry: here(`src/${folder}module.ts`), formats: ['umd'], name: manifest.id, fileName: () => 'module.js' },
      rolldownOptions: {
        external: SHARED,
        output: { globals: Object.fromEntries(SHARED.map((name) => [name, name])) },
      },
    },
  });
  await mkdir(here(`dist/${folder}img`), { recursive: true });
  await cp(here('src/img'), here(`dist/${folder}img`), { recursive: true });
  await cp(here(`src/${folder}plugin.json`), here(`dist/${folder}plugin.json`));
}
for (const file of ['README.md', 'CHANGELOG.md']) await cp(here(`src/${file}`), here(`dist/${file}`));
await cp(here('../../LICENSE'), here('dist/LICENSE'));
