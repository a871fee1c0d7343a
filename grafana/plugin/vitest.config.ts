import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const REACT_18 = fileURLToPath(new URL('./react18/node_modules/$1', import.meta.url));

/**
 * Everything runs in Node: core has no DOM, components have one of happy-dom where a test says so,
 * and what draws is tested in a real browser. The page has React 19, Grafana up to 13.1 has 18: what
 * renders is tested on both, and asks by `PROMSCOPE_REACT` on which.
 */
export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      { test: { name: 'react 19', include: ['{core,react,src}/test/**/*.test.{ts,tsx}'], env: { PROMSCOPE_REACT: '19' } } },
      {
        resolve: { alias: [{ find: /^(react|react-dom)(?=\/|$)/, replacement: REACT_18 }] },
        test: { name: 'react 18', include: ['react/test/**/*.test.tsx'], env: { PROMSCOPE_REACT: '18' } },
      },
    ],
  },
});
