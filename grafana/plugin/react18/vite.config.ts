import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vite';
import page from '../web/vite.config';

const here = (name: string): string => fileURLToPath(new URL(`./node_modules/${name}`, import.meta.url));

/** The same page on React 18; `--outDir` says where to. */
export default mergeConfig(page, {
  resolve: { alias: [{ find: /^(react|react-dom)(?=\/|$)/, replacement: here('$1') }] },
});
