import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { getJob } from '../../src/load/job.js';
import { jobState, type JobState } from '../../src/load/state.js';
import { useCatalogue } from '../setup/catalogue.js';
import { cliEnvironment } from '../setup/cli.js';
import { createTestDatabase } from '../setup/database.js';
import { loadText } from '../setup/load.js';

const db = useCatalogue();
const binary = fileURLToPath(new URL('../../bin/prodimport.js', import.meta.url));
const phasesOf = async (content: string, words = '') =>
  (await loadText(db(), content, words)).report.phases;
const ms = expect.any(Number) as number;

it('keeps how long each step of a merge took', async () => {
  const merged = await phasesOf('sku,name\nA-1,One\n');
  const all = { comparingMs: ms, writingMs: ms, committingMs: ms };
  expect(merged).toMatchObject({ way: 'merge', ...all, indexingMs: null });
  const dry = await phasesOf('sku,name\nA-1,Two\n', '--dry-run');
  expect(dry).toMatchObject({ comparingMs: ms, writingMs: null, committingMs: null });
});

it('builds indexes as a step of its own, where the rows are written before', async () => {
  const empty = await createTestDatabase();
  const loadInto = async (words: string) =>
    (await loadText(empty, 'sku,name\nA-1,One\n', words)).report.phases;
  try {
    const copied = { way: 'copy', indexingMs: ms, writingMs: null, committingMs: ms };
    expect(await loadInto('')).toMatchObject(copied);
    await empty.session.client.query('truncate prodimport.products');
    const filled = { way: 'fill', writingMs: ms, indexingMs: ms };
    expect(await loadInto('--blank clear')).toMatchObject(filled);
  } finally {
    await empty.drop();
  }
});

/** A load that has compared and can't write, as somebody holds one of its products. */
async function whileWriting(look: () => Promise<void>): Promise<void> {
  await loadText(db(), 'sku,name\nA-1,One\nA-2,Two\n');
  const other = await db().database.session();
  await other.begin();
  await other.client.query(`select from prodimport.products where sku = 'A-2' for update`);
  const loading = loadText(db(), 'sku,name\nA-1,Uno\nA-2,Due\n');
  try {
    await expect.poll(async () => (await stateOfLast()).step, { timeout: 20_000 }).toBe('writing');
    await look();
  } finally {
    await other.rollback();
    await other.end();
  }
  expect((await loading).report.products).toMatchObject({ updated: 2 });
}

async function stateOfLast(): Promise<JobState> {
  return jobState(await getJob(db().session, 'last'));
}

it('says how long a step may take, by the loads before that wrote in the same way', async () => {
  const { client } = db().session;
  await client.query('delete from prodimport.jobs');
  // The load before ours takes less than these; the oldest of six is not asked.
  const loads = [
    [500, 'merge', 'completed'],
    [90, 'merge', 'completed'],
    [20, 'merge', 'completed_with_rejects'],
    [10, 'merge', 'completed'],
    [30, 'merge', 'completed'],
    [600, 'fill', 'completed'],
    [700, 'merge', 'failed'],
  ] as const;
  for (const [secondsARow, way, status] of loads) {
    const result = { phases: { way, writingMs: secondsARow * 10_000 } };
    await client.query(
      `insert into prodimport.jobs (status, kind, phase, rows_read, result)
       values ($1, 'load', 'done', 10, $2)`,
      [status, result],
    );
  }
  await whileWriting(async () => {
    const { stepMs, stepStartedAt } = await stateOfLast();
    expect(stepMs).toBe(40_000);
    expect(Date.parse(stepStartedAt!)).toBeGreaterThan(Date.now() - 60_000);
  });
  expect(await stateOfLast()).toMatchObject({ stepMs: null, stepStartedAt: null });
});

it('tells others, while one statement does both, that it has compared and writes', async () => {
  await whileWriting(async () => {
    expect(await stateOfLast()).toMatchObject({ phase: 'merging', step: 'writing' });
  });
  expect(await stateOfLast()).toMatchObject({ phase: 'done', step: null });
});

it.runIf(existsSync('/usr/bin/script'))(
  'shows who follows a job on a terminal what the load itself shows there, and its end',
  async () => {
    let shown = '';
    let ended: Promise<number | null>;
    await whileWriting(async () => {
      const words = `${process.execPath} ${binary} status last --follow`;
      const env = { ...cliEnvironment({ url: db().url }), TERM: 'xterm', COLUMNS: '100', CI: '' };
      const child = spawn('/usr/bin/script', ['-qec', words, '/dev/null'], { env });
      child.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()));
      ended = new Promise((resolve) => child.on('close', resolve));
      await expect.poll(() => shown, { timeout: 20_000 }).toContain('merging: writing');
    });
    expect(await ended!).toBe(0);
    expect(shown.trimEnd().split('\n').at(-1)).toMatch(/job \d+ completed, done: 2 rows/);
  },
);
