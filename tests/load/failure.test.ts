import { afterEach, beforeAll, describe, expect, it, inject } from 'vitest';
import { runCli, startCli } from '../setup/cli.js';
import { someoneWaits, storedNames, storedProducts, useCatalogue } from '../setup/catalogue.js';
import { startProxy } from '../faults/proxy.js';
import { createTestDatabase, openDatabase } from '../setup/database.js';
import { loadText } from '../setup/load.js';
import { getJob, listJobs, newResult, type Report } from '../../src/load/job.js';
import { readReport, reportOf } from '../../src/load/read-report.js';
import { RunRecord } from '../../src/load/record.js';

const db = useCatalogue();
/** Then there are no triggers on products: Citus takes none. */
const isDistributed = inject('distributed');
const run = (statement: string) => db().session.client.query(statement);

/** The newest job's report, as another process sees it. */
async function lastReport(): Promise<Report> {
  const { session } = db();
  return readReport(session, await getJob(session, 'last'));
}

describe('a rule of the user', () => {
  beforeAll(async () => {
    if (isDistributed) await run('set citus.allow_unsafe_constraints = on');
  });
  afterEach(async () => {
    if (!isDistributed) await run('drop trigger if exists refuse on prodimport.products');
    await run('alter table prodimport.products drop constraint if exists cheap');
    await run('drop function if exists refuse()');
  });

  it('in a constraint fails the load: exit 1, products unchanged, the job says so', async () => {
    await loadText(db(), 'sku,name,price\nA-1,Lamp,5\n');
    await run('alter table prodimport.products add constraint cheap check (price < 100)');
    const before = await storedProducts(db());
    const csv = 'sku,name,price\nA-1,Lamp,6\nB-2,Chair,500\n';
    const { exitCode, error, report } = await loadText(db(), csv);

    expect(exitCode).toBe(1);
    expect(error!.message).toContain('cheap');
    expect(await storedProducts(db())).toEqual(before);
    expect(report).toMatchObject({ status: 'failed', products: null });
    expect(report.error!.message).toContain('cheap');
  });

  it.skipIf(isDistributed)('in a trigger fails it too', async () => {
    await run(
      `create function refuse() returns trigger language plpgsql as
       $$ begin raise exception 'no lamps here'; end $$`,
    );
    await run(
      'create trigger refuse before insert on prodimport.products for each row execute function refuse()',
    );
    const { exitCode, error } = await loadText(db(), 'sku,name\nA-1,Lamp\n');

    expect(exitCode).toBe(1);
    expect(error!.message).toContain('no lamps here');
    expect(await storedNames(db())).toEqual({});
  });

  it.skipIf(isDistributed)('that is checked at COMMIT fails it as well', async () => {
    await run(
      `create function refuse() returns trigger language plpgsql as
       $$ begin raise exception 'not even late'; end $$`,
    );
    await run(
      `create constraint trigger refuse after insert on prodimport.products
       deferrable initially deferred for each row execute function refuse()`,
    );
    const { exitCode, report } = await loadText(db(), 'sku,name\nA-1,Lamp\n');

    expect(exitCode).toBe(1);
    expect(report).toMatchObject({ status: 'failed', products: null });
    expect(await storedNames(db())).toEqual({});
  });

  it('that a row breaks leaves the rejects of other rows to be read', async () => {
    await run('alter table prodimport.products add constraint cheap check (price < 100)');
    const csv = 'sku,name,price\nA-1,,5\nB-2,Chair,500\n';
    const { report } = await loadText(db(), csv);

    expect(report.status).toBe('failed');
    expect(report.failedRows).toMatchObject([{ rowNumber: 2, code: 'required' }]);
    expect(report.rows).toMatchObject({ read: 2, rejected: 1 });
  });
});

/** More than what is read ahead to find out what the file is. */
const beginning = Array.from({ length: 80_000 }, (_, i) => `S-${i},Name of ${i},1.50\n`).join('');

let endless: ReturnType<typeof startCli> | undefined;
afterEach(() => endless?.child.kill('SIGKILL'));

/** Starts a load of a file that does not end, and waits until its job runs. */
async function startEndless() {
  endless = startCli(['load', '-', '--json'], { url: db().url });
  endless.child.stdin.on('error', () => undefined);
  endless.child.stdin.write(`sku,name,price\nFIRST,,1\n${beginning}`);
  while ((await listJobs(db().session, 1)).length === 0);
  return endless;
}

describe('a load that is killed', () => {
  it('shows as crashed, changes nothing, and does not hinder the next one', async () => {
    const { child, done } = await startEndless();
    expect((await lastReport()).status).toBe('running');
    child.kill('SIGKILL');
    await done;
    while ((await lastReport()).status === 'running');

    expect((await lastReport()).status).toBe('crashed');
    expect(await storedNames(db())).toEqual({});
    expect((await loadText(db(), 'sku,name\nA-1,Lamp\n')).exitCode).toBe(0);
    const states = (await listJobs(db().session, 9)).map(({ result }) => result.status);
    expect(states).toEqual(['completed', 'crashed']);
  });

  it('while it waits for the lock is crashed too', async () => {
    const other = await db().database.session();
    await other.client.query('begin');
    await other.query('db/lock_products');
    const { child, done } = startCli(['load', '-'], { url: db().url });
    child.stdin.end('sku,name\nA-1,Lamp\n');
    await someoneWaits(db().session);
    child.kill('SIGKILL');
    await done;
    await other.client.query('commit');
    await other.end();
    while ((await lastReport()).status === 'running');

    expect((await lastReport()).status).toBe('crashed');
    expect(await storedNames(db())).toEqual({});
  });
});

describe('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s rolls back and ends with %i', async (signal, code) => {
    const { child, done } = await startEndless();
    child.kill(signal);
    const ended = await done;

    expect(ended.code).toBe(code);
    expect(ended.stdout).toBe('');
    const lastLine = ended.stderr.trimEnd().split('\n').at(-1)!;
    expect(JSON.parse(lastLine)).toMatchObject({ error: { code: 'interrupted' } });
    expect(await lastReport()).toMatchObject({ status: 'interrupted', products: null });
    expect(await storedNames(db())).toEqual({});
  });

  it('leaves the figures of what was read until then', async () => {
    const { child, done } = await startEndless();
    let seen = (await listJobs(db().session, 1))[0]!;
    while (seen.result.rows.rejected === 0) seen = (await listJobs(db().session, 1))[0]!;
    child.kill('SIGINT');
    await done;

    const job = (await listJobs(db().session, 1))[0]!.result;
    expect(job.rows.read).toBeGreaterThanOrEqual(seen.result.rows.read);
    expect(job.bytesRead).toBeGreaterThanOrEqual(seen.result.bytesRead);
    const { rows, successfulRows } = await lastReport();
    expect(rows).toMatchObject({ read: job.rows.read, rejected: 1 });
    expect(successfulRows).toBe(0);
  });

  it('ends a load that waits for the lock', async () => {
    const other = await db().database.session();
    await other.client.query('begin');
    await other.query('db/lock_products');
    const { child, done } = startCli(['load', '-'], { url: db().url });
    child.stdin.end('sku,name\nA-1,\nB-2,Chair\n');
    await someoneWaits(db().session);
    child.kill('SIGINT');
    const { code } = await done;
    await other.client.query('rollback');
    await other.end();

    expect(code).toBe(130);
    const report = await lastReport();
    expect(report).toMatchObject({ status: 'interrupted', products: null });
    // What was found out about the rows stays, though nothing of them was kept.
    expect(report.failedRows).toMatchObject([{ rowNumber: 2, code: 'required' }]);
  });

  it('that comes twice ends at once, and the job shows as crashed or interrupted', async () => {
    const { child, done } = await startEndless();
    child.stderr.on('data', (text: Buffer) => {
      if (text.includes('again to stop at once')) child.kill('SIGINT');
    });
    child.kill('SIGINT');
    await done;
    while ((await lastReport()).status === 'running');

    expect(['crashed', 'interrupted']).toContain((await lastReport()).status);
    expect(await storedNames(db())).toEqual({});
  });
});

/** What a server that is reached by TCP asks for. */
const passwordIn = (url: string) => /\/\/[^:@/]*:([^@]*)@/.exec(url)?.[1];

describe('a database whose schema does not fit', () => {
  it('that is not migrated says so, and how to do it: exit 5', async () => {
    const bare = await createTestDatabase({ migrated: false });
    const { code, stderr, stdout } = await runCli(['load', '-'], {
      url: bare.url,
      stdin: 'sku,name\nA-1,Lamp\n',
    });
    const { rows } = await bare.session.client.query(
      `select 1 from pg_namespace where nspname = 'prodimport'`,
    );
    await bare.drop();

    expect(code).toBe(5);
    expect(stderr).toContain('Run `prodimport db migrate` first');
    expect(stdout).toBe('');
    expect(rows).toEqual([]);
  });

  it('names the command that migrates the very database and schema that were named', async () => {
    const bare = await createTestDatabase({ migrated: false });
    const words = ['--database', bare.url, '--schema', 'my shop'];
    const { stderr } = await runCli(['status', ...words]);
    const advised = /Run `prodimport ([^`]*)` first/.exec(stderr)![1]!;
    const migrated = await runCli(
      advised.match(/'[^']*'|\S+/g)!.map((it) => it.replaceAll("'", '')),
      { env: { PGPASSWORD: passwordIn(bare.url) ?? '' } },
    );
    const { code } = await runCli(['status', ...words]);
    await bare.drop();

    expect(migrated.code, migrated.stderr).toBe(0);
    expect(code).toBe(0);
  });

  it('never names the password of that database', async () => {
    const bare = await createTestDatabase({ migrated: false });
    const secret = passwordIn(bare.url) ?? 's3cret';
    const plain = bare.url.replace(`:${secret}@`, '@');
    const withWay = plain.includes('?') ? plain : `${plain}?connect_timeout=60`;
    for (const url of [
      withWay.replace('@', `:${secret}@`),
      `${withWay}&password=${secret}`,
      withWay.replace('?', `?password=${secret}&`),
    ]) {
      const { code, stderr } = await runCli(['status', '--database', url]);
      expect({ code, stderr }).toMatchObject({ code: 5, stderr: expect.stringContaining(withWay) });
      expect(stderr).not.toContain(secret);
    }
    await bare.drop();
  });

  it('that is newer than the tool is refused: exit 5', async () => {
    const newer = await createTestDatabase();
    await newer.session.client.query(
      `insert into prodimport.migrations (version, name) values (9999, '9999_future')`,
    );
    const stdin = 'sku,name\nA-1,Lamp\n';
    const load = await runCli(['load', '-'], { url: newer.url, stdin });
    const migrate = await runCli(['db', 'migrate'], { url: newer.url });
    await newer.drop();

    expect(load.code).toBe(5);
    expect(load.stderr).toContain('Update prodimport');
    expect(migrate.code).toBe(5);
  });

  it('that can not be reached is exit 5, naming the place', async () => {
    const url = 'postgresql://me:s3cret@127.0.0.1:1/shop';
    const { code, stderr } = await runCli(['load', '-'], { url, stdin: 'sku,name\nA-1,x\n' });

    expect(code).toBe(5);
    expect(stderr).toContain('127.0.0.1:1');
    expect(stderr).not.toContain('s3cret');
  });
});

it('tells a lost connection from a failed load: exit 5, products unchanged', async () => {
  const other = await db().database.session();
  await other.client.query('begin');
  await other.query('db/lock_products');
  const { child, done } = startCli(['load', '-'], { url: db().url });
  child.stdin.end('sku,name\nA-1,Lamp\n');
  await someoneWaits(db().session);
  await run(`select pg_terminate_backend(pid) from pg_locks
    where locktype = 'advisory' and not granted
      and database = (select oid from pg_database where datname = current_database())`);
  const { code } = await done;
  await other.client.query('rollback');
  await other.end();

  expect(code).toBe(5);
  expect(await storedNames(db())).toEqual({});
  expect((await lastReport()).status).toBe('failed');
});

it('that comes after COMMIT leaves a report of what is known: it was done', async () => {
  const { session } = db();
  const start = { source: { name: 'a.csv' }, header: null, options: {}, bytesTotal: null };
  const record = await RunRecord.open(session, { kind: 'load', ...start, toolVersion: '1' });
  const proxy = await startProxy(db().url, { at: 'select 1', fault: 'cut' });
  const gone = await openDatabase(proxy.url);
  const lost = (await gone.main()).client.query('select 1');
  await expect(lost).rejects.toThrow();
  await proxy.close();
  const products = { inserted: 2, updated: 0, unchanged: 0, skipped: 0, deleted: 0 };
  const rows = { read: 3, rejected: 1, duplicates: 0 };
  const result = { ...newResult(), status: 'completed_with_rejects' as const, rows, products };

  expect(await reportOf(gone, record, result)).toMatchObject({
    jobId: record.jobId,
    status: 'completed_with_rejects',
    source: { name: 'a.csv' },
    ...{ rows, products, successfulRows: 2, failedRows: [], failedRowsTruncated: true },
  });
  await gone.close();
});
