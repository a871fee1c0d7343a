/** Bundles the host page: Grafana's own packages, and the loader that hands them to the plugin. */

import { cp, mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await rm(here('dist'), { recursive: true, force: true });
await mkdir(here('dist'), { recursive: true });
await build({
  entryPoints: [here('src/host.tsx')],
  outfile: here('dist/host.js'),
  bundle: true,
  format: 'esm',
  jsx: 'automatic',
  target: 'es2022',
  logLevel: 'error',
  loader: { '.svg': 'dataurl', '.png': 'dataurl', '.woff2': 'dataurl', '.ttf': 'dataurl' },
  // Bundled UMD packages must not take SystemJS's define for theirs.
  define: { define: 'undefined', 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
});
await cp(here('src/index.html'), here('dist/index.html'));
for (const file of ['system.min.js', 'extras/amd.min.js']) await cp(here(`node_modules/systemjs/dist/${file}`), here(`dist/${file.replace('extras/', '')}`));
