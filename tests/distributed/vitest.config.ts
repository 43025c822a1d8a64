import { defineConfig } from 'vitest/config';
import plain from '../../vitest.config.js';

if (!process.env.PRODIMPORT_TEST_CITUS_URL) {
  throw new Error(
    'PRODIMPORT_TEST_CITUS_URL is not set: nothing was run. It names a database on a Citus coordinator.',
  );
}

/** The tests of all that touches products, each against a database whose products are distributed. */
export default defineConfig({
  test: {
    ...plain.test,
    include: [
      'tests/{load,catalog,webhook,image,distributed}/**/*.test.ts',
      'tests/commands/grant.test.ts',
    ],
    // Servers are killed then, under whoever else is at work.
    fileParallelism: !process.env.PRODIMPORT_TEST_CITUS_CONTROL,
    provide: { thorough: false, distributed: true },
  },
});
