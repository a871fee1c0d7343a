import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The page that `make bench-ui` drives; `--outDir` says where to. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  build: { target: 'es2022', emptyOutDir: true, modulePreload: { polyfill: false } },
});
