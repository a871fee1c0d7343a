import { defineConfig } from 'vitest/config';

/** Everything runs in Node: core has no DOM, and what has one is tested in a real browser. */
export default defineConfig({
  test: { environment: 'node', include: ['{core,react,src}/test/**/*.test.ts'], reporters: ['default'] },
});
