import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The page that the API serves: no inline script or style, so that its CSP can forbid them. */
export default defineConfig({
  root: here('.'),
  build: {
    outDir: here('../../../topology-api/promscope_api/page'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    chunkSizeWarningLimit: 600,
  },
  server: {
    proxy: { '/api': { target: 'http://127.0.0.1:10181', ws: true } },
  },
});
