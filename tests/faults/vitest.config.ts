import { defineConfig } from 'vitest/config';
import quick from '../../vitest.config.js';

/** Every trial of every fault, one after the other. */
export default defineConfig({
  test: {
    ...quick.test,
    include: ['tests/faults/**/*.test.ts'],
    provide: { thorough: true, distributed: false },
    fileParallelism: false,
    disableConsoleIntercept: true,
  },
});
