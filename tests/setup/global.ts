import type { TestProject } from 'vitest/node';
import { buildIfOlder } from './build.js';
import { createTemplate } from './database.js';
import { startTestServer, type TestServer } from './server.js';

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
  const given = process.env.PRODIMPORT_TEST_DATABASE_URL;
  const server = given ? serverOfOthers(given) : await startTestServer();
  await createTemplate(server.url, given && `locale 'C.UTF-8'`);
  project.provide('databaseUrl', server.url);
  return server.stop;
}

/** PRODIMPORT_TEST_DATABASE_URL names it, to run the tests against another version. */
function serverOfOthers(url: string): TestServer {
  return { url, stop: () => Promise.resolve() };
}
