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
    /** of a database on a Citus cluster's coordinator, where there is one */
    citusUrl: string | null;
    /** whether every test gets a database on that cluster, its products distributed */
    distributed: boolean;
  }
}

/** One server for the whole run: `inject('databaseUrl')` in a test says where. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  buildIfOlder();
  const given = process.env.PRODIMPORT_TEST_DATABASE_URL;
  const server = given ? serverOfOthers(given) : await startTestServer();
  await createTemplate(server.url, given && `locale 'C.UTF-8'`);
  project.provide('databaseUrl', server.url);
  project.provide('citusUrl', process.env.PRODIMPORT_TEST_CITUS_URL ?? null);
  return server.stop;
}

/** PRODIMPORT_TEST_DATABASE_URL names it, to run the tests against another version. */
function serverOfOthers(url: string): TestServer {
  return { url, stop: () => Promise.resolve() };
}
