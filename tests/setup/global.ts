import type { TestProject } from 'vitest/node';
import { buildIfOlder } from './build.js';
import { createTemplate } from './database.js';
import { startTestServer } from './server.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** of the server of this test run; each test file makes a database of its own in it */
    databaseUrl: string;
    /** whether long series of faults are wanted, or only a part of each */
    thorough: boolean;
  }
}

/** One server for the whole run: `inject('databaseUrl')` in a test says where. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  buildIfOlder();
  const server = await startTestServer();
  await createTemplate(server.url);
  project.provide('databaseUrl', server.url);
  return server.stop;
}
