import { defineConfig } from 'vitest/config';

/** `npm run test:pack`: packs, installs and runs the package. Asks the registry for its packages. */
export default defineConfig({
  test: {
    include: ['tests/pack/*.pack.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
