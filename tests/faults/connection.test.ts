import { describe, expect, inject, it } from 'vitest';
import { runCli } from '../setup/cli.js';
import { createTestDatabase } from '../setup/database.js';
import { loadText } from '../setup/load.js';
import { type ProxyOptions, startProxy } from './proxy.js';
import { counted } from './table.js';
import { edition, type Expected, firstFile, judge, secondFile } from './trial.js';

interface Trial extends ProxyOptions, Expected {
  name: string;
  /** too long for every run of the tests */
  long?: boolean;
}

/** Not by a short PGCONNECT_TIMEOUT, in which a busy machine does not connect. */
const lookOften = {
  NODE_OPTIONS: `--import=${new URL('./look-often.js', import.meta.url).href}`,
};

const inCopy = 'SKU-2500,'.replace(',', '\t');
const inMerge = 'insert into prodimport.products';
const inCommit = /Q....commit\0/s;
const before = { code: 5, catalogue: 'before', status: 'failed' } as const;
const after = { code: 0, catalogue: 'after', status: 'completed' } as const;
const lost = /Connection terminated|ECONNRESET|EPIPE/;
const silent = /silent for \d+ s, and the server does not work on the statement/;

const trials: Trial[] = [
  { name: 'connection cut in COPY', at: inCopy, fault: 'cut', ...before, says: lost },
  {
    name: 'connection cut before the merge',
    at: inMerge,
    fault: 'cut',
    ...before,
    says: lost,
    long: true,
  },
  {
    name: 'connection cut in the merge',
    at: inMerge,
    fault: 'cut the reply',
    ...before,
    says: lost,
  },
  { name: 'connection cut before COMMIT', at: inCommit, fault: 'cut', ...before, says: lost },
  {
    name: 'reply to COMMIT lost',
    at: inCommit,
    fault: 'cut the reply',
    ...after,
    says: /^Loading/m,
  },
  {
    name: 'half open in COPY',
    at: inCopy,
    fault: 'go silent',
    ...before,
    says: silent,
    long: true,
  },
  {
    name: 'half open before the merge',
    at: inMerge,
    fault: 'go silent',
    ...before,
    says: silent,
    long: true,
  },
  {
    name: 'half open in the merge',
    at: inMerge,
    fault: 'swallow the reply',
    ...before,
    says: silent,
  },
  { name: 'half open before COMMIT', at: inCommit, fault: 'go silent', ...before, says: silent },
  {
    name: 'half open after COMMIT',
    at: inCommit,
    fault: 'swallow the reply',
    ...after,
    says: /^Loading/m,
  },
  {
    name: 'network gone in COPY',
    at: inCopy,
    fault: 'go silent',
    lasting: true,
    ...before,
    status: 'crashed',
    says: silent,
    long: true,
  },
  {
    name: 'network gone after COMMIT',
    at: inCommit,
    fault: 'swallow the reply',
    lasting: true,
    ...after,
    code: 5,
    says: /lost while committing job 2, .* find out with `prodimport status 2`/,
    long: true,
  },
];

describe.concurrent('a load whose connection breaks', () => {
  for (const trial of trials) {
    it.runIf(!trial.long || inject('thorough'))(
      `${trial.name}: ends with ${trial.code}, the catalogue as ${trial.catalogue}`,
      async () => {
        const db = await createTestDatabase();
        const proxy = await startProxy(db.url, trial);
        try {
          await loadText(db, edition(1));
          // A server that is gone is waited for as long each time.
          const env = trial.lasting ? { ...lookOften, PGCONNECT_TIMEOUT: '5' } : lookOften;
          const options = { url: proxy.url, env };
          const load = () => runCli(['load', secondFile], options);
          await counted(trial.name, trial.catalogue, async () => {
            await judge(db.url, () => db.session, trial, load);
            expect(proxy.hits()).toBe(1);
          });
        } finally {
          await proxy.close();
          await db.drop();
        }
      },
    );
  }

  it('waits for a merge that takes longer than the silence that is looked after', async () => {
    const db = await createTestDatabase();
    try {
      await db.session.client.query(`
        create function dawdle() returns trigger language plpgsql as
          $$ begin perform pg_sleep(1.5); return null; end $$;
        create trigger slow after insert on prodimport.products
          for each statement execute function dawdle()`);
      const run = await runCli(['load', firstFile], { url: db.url, env: lookOften });
      expect(run.code, run.stderr).toBe(0);
    } finally {
      await db.drop();
    }
  });
});
