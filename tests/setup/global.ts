import type { TestProject } from 'vitest/node';
import { startTestServer } from './server.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** of the server of this test run; each test file makes a database of its own in it */
    databaseUrl: string;
  }
}

/** One server for the whole run: `inject('databaseUrl')` in a test says where. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer();
  project.provide('databaseUrl', server.url);
  return server.stop;
}
