import { describe, inject } from 'vitest';

/** Tests that need a Citus cluster; where there is none, the run says plainly that it left them out. */
export function describeOnCluster(name: string, tests: () => void): void {
  if (inject('citusUrl') !== null) describe(name, tests);
  else describe.skip(`${name} (not run: PRODIMPORT_TEST_CITUS_URL names no cluster)`, tests);
}
