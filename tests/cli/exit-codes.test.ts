import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { someoneWaits } from '../setup/catalogue.js';
import { runCli, startCli } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { workbookParts } from '../source/workbook.js';
import { zip } from '../source/zip.js';

let db: TestDatabase;
let folder: string;
beforeAll(async () => {
  db = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'prodimport-cli-'));
  await writeFile(join(folder, 'good.csv'), 'sku,name\nA-1,Lamp\n');
  await writeFile(join(folder, 'empty.csv'), '');
  await writeFile(join(folder, 'header.csv'), 'sku,name\n');
  await writeFile(join(folder, 'no-sku.csv'), 'title,price\nLamp,4\n');
  await writeFile(join(folder, 'twice.csv'), 'sku,name,name\nA-1,Lamp,Bulb\n');
  await writeFile(
    join(folder, 'picture.csv'),
    Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
  );
});
afterAll(async () => {
  await db.drop();
  await rm(folder, { recursive: true });
});

const run = (...args: string[]) => runCli(args, { url: db.url, cwd: folder });

describe('exit code 0', () => {
  it.each([['good.csv'], ['header.csv']])('for %s', async (file) => {
    const { code, json } = await run('load', file, '--json');
    expect(code).toBe(0);
    expect(json()).toMatchObject({ status: 'completed' });
  });

  it('for no word at all, --help and --version', async () => {
    for (const args of [[], ['--help'], ['--version'], ['load', '--help'], ['db', '--help']]) {
      const { code, stdout, stderr } = await run(...args);
      expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
      expect(stdout).not.toBe('');
    }
  });

  it('of report and status, whatever became of the job', async () => {
    const failed = await runCli(['load', '-', '--max-rejects', '0'], {
      url: db.url,
      stdin: 'sku,name\nA-1,\n',
    });
    expect(failed.code).toBe(4);
    expect((await run('report', 'last')).code).toBe(0);
    expect((await run('status', 'last')).code).toBe(0);
    expect((await run('status', 'last', '--follow')).code).toBe(4);
  });
});

describe('exit code 2, before anything starts', () => {
  it.each([
    ['an unknown command', ['lode', 'good.csv']],
    ['an unknown option', ['load', 'good.csv', '--frobnicate']],
    ['no file', ['load']],
    ['two files', ['load', 'good.csv', 'header.csv']],
    ['a value that is none of the choices', ['load', 'good.csv', '--blank', 'maybe']],
    ['a limit that is no number', ['load', 'good.csv', '--max-rejects', 'few']],
    ['a wait that is no number', ['load', 'good.csv', '--wait', 'long']],
    ['options that contradict each other', ['load', 'good.csv', '--active', '--inactive']],
    ['an option beside its opposite', ['load', 'good.csv', '--wait', '5', '--no-wait']],
    ['more than all of the rows', ['load', 'good.csv', '--max-rejects', '101%']],
    ['an age for products', ['purge', '--all', '--older-than', '3d', '--yes']],
    ['a price that is none', ['product', 'list', '--min-price', 'abc']],
    ['a missing file', ['load', 'nowhere.csv']],
    ['an empty file', ['load', 'empty.csv']],
    ['a folder', ['load', '.']],
    ['a file without SKU column', ['load', 'no-sku.csv']],
    ['a file with a header twice', ['load', 'twice.csv']],
    ['a file of another kind', ['load', 'picture.csv']],
    ['a file of another format than was said', ['load', 'good.csv', '--format', 'xlsx']],
    ['an unknown profile', ['load', 'good.csv', '--profile', 'nobody']],
    ['a job that is no number', ['report', 'latest']],
    ['a purge of nothing', ['purge', '--yes']],
    ['a purge of two things', ['purge', '--all', '--owner', 'acme', '--yes']],
    ['a purge of jobs without age', ['purge', '--jobs', '--yes']],
    ['a URL of another kind', ['status', '--database', 'mysql://me@db/shop']],
    ['a format that is none', ['report', 'last', '--format', 'pdf']],
  ])('for %s', async (_, args) => {
    const jobs = 'select count(*) from prodimport.jobs';
    const before = (await db.session.client.query(jobs)).rows;
    const { code, stdout, stderr } = await run(...args);

    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^(prodimport: |\{"error":)/m);
    expect((await db.session.client.query(jobs)).rows).toEqual(before);
  });

  it('and the error as JSON where --json is given', async () => {
    const { code, stderr } = await run('load', 'good.csv', '--frobnicate', '--json');
    expect(code).toBe(2);
    const last = JSON.parse(stderr.trimEnd().split('\n').at(-1)!) as { error: { code: string } };
    expect(last.error.code).toBe('usage');
  });

  it('says which column would be the SKU when there is none', async () => {
    const { stderr } = await run('load', 'no-sku.csv');
    expect(stderr).toContain('title');
    expect(stderr).toContain('--map');
  });

  it('for a destructive command that nobody can be asked about', async () => {
    const { code, stderr } = await run('purge', '--all');
    expect(code).toBe(2);
    expect(stderr).toContain('--yes');
  });
});

it('exit code 3 for rejected rows, 0 for them under --accept-rejects', async () => {
  const options = { url: db.url, stdin: 'sku,name\nA-1,Lamp\nB-2,\n' };
  expect((await runCli(['load', '-'], options)).code).toBe(3);
  expect((await runCli(['load', '-', '--accept-rejects'], options)).code).toBe(0);
});

it('exit code 4 for a limit, and no product is written', async () => {
  const options = { url: db.url, stdin: 'sku,name\nNEW-1,Lamp\nB-2,\n' };
  expect((await runCli(['load', '-', '--max-rejects', '10%'], options)).code).toBe(4);
  const { rows } = await db.session.client.query(
    `select 1 from prodimport.products where sku = 'NEW-1'`,
  );
  expect(rows).toEqual([]);
});

it('exit code 4 for a workbook that is cut off, where --missing has to know all that it names', async () => {
  const whole = zip(workbookParts({ rows: '<row/>' }));
  await writeFile(join(folder, 'cut.xlsx'), whole.subarray(0, -10));
  expect((await run('load', 'cut.xlsx')).code).toBe(2);
  const refused = await run('load', 'cut.xlsx', '--missing', 'delete', '--missing-limit', '100%');
  expect(refused).toMatchObject({ code: 4, stdout: '' });
  expect(refused.stderr).toMatch(
    /not certain which products are missing: cut\.xlsx: is damaged or cut off.*missing_unsure/,
  );
});

it('exit code 5 for a database that does not exist', async () => {
  const { code, stderr } = await run('status', '--database', db.url.replace('test_', 'nope_'));
  expect(code).toBe(5);
  expect(stderr).toContain('does not exist');
});

it('exit code 6 for a job that does not exist', async () => {
  for (const command of ['status', 'report']) {
    const { code, stderr } = await run(command, '999999');
    expect(code).toBe(6);
    expect(stderr).toContain('999999');
  }
});

describe('global options', () => {
  it('stand before and after the command', async () => {
    const nowhere = { cwd: folder };
    const before = await runCli(['--database', db.url, '--json', 'status'], nowhere);
    const after = await runCli(['status', '--json', '--database', db.url], nowhere);

    expect(before.code).toBe(0);
    expect(before.json()).toEqual(after.json());
    expect(Array.isArray(before.json())).toBe(true);
  });
});

describe('status', () => {
  it('lists jobs, newest first, and shows one', async () => {
    await run('load', 'good.csv');
    const list = (await run('status', '--json')).json<{ jobId: string; status: string }[]>();
    expect(Number(list[0]!.jobId)).toBeGreaterThan(Number(list[1]!.jobId));
    const one = (await run('status', list[0]!.jobId, '--json')).json();
    expect(one).toMatchObject({
      jobId: list[0]!.jobId,
      status: 'completed',
      phase: 'done',
      rows: 1,
    });
    expect((await run('status', '--limit', '1', '--json')).json<unknown[]>()).toHaveLength(1);
  });

  it('--follow shows a load that goes on, from a second process, until it ends', async () => {
    const other = await db.database.session();
    await other.client.query('begin');
    await other.query('db/lock_products');
    const load = startCli(['load', 'good.csv', '--json'], { url: db.url, cwd: folder });
    load.child.stdin.end();
    await someoneWaits(db.session);

    const follow = startCli(['status', 'last', '--follow', '--json'], { url: db.url });
    const [first] = (await new Promise<Buffer[]>((resolve) => {
      follow.child.stdout.once('data', (chunk: Buffer) => resolve([chunk]));
    })) as [Buffer];
    const [line] = first.toString().split('\n');
    expect(JSON.parse(line!)).toMatchObject({ status: 'running' });
    await other.client.query('commit');
    await other.end();

    const [loaded, followed] = await Promise.all([load.done, follow.done]);
    expect(loaded.code).toBe(0);
    expect(followed.code).toBe(0);
    const { jobId } = loaded.json<{ jobId: string }>();
    const { rows } = await db.session.client.query<{ status: string }>(
      'select status from prodimport.jobs where id = $1',
      [jobId],
    );
    expect(rows).toEqual([{ status: 'completed' }]);
  });

  it('--follow of a job that has rejects ends with 3', async () => {
    await runCli(['load', '-'], { url: db.url, stdin: 'sku,name\nB-2,\n' });
    const { code, stdout } = await run('status', 'last', '--follow', '--json');
    expect(code).toBe(3);
    const lines = stdout.trimEnd().split('\n');
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ status: 'completed_with_rejects' });
  });
});

describe('report', () => {
  it('last is the newest job, the same document as that of the load', async () => {
    const stdin = 'sku,name\nA-1,Lamp\nB-2,\n';
    const loaded = await runCli(['load', '-', '--json'], { url: db.url, stdin });
    const report = await run('report', 'last', '--json');
    expect(report.json()).toEqual(loaded.json());
  });

  it.each(['text', 'json', 'csv', 'html', 'markdown'])('is written as %s', async (format) => {
    const printed = await run('report', 'last', '--format', format);
    expect(printed.code).toBe(0);
    expect(printed.stdout).toContain('required');
    const file = await run('report', 'last', '--format', format, '--output', `r.${format}`);
    expect(file.code).toBe(0);
    expect(file.stdout + file.stderr).toContain(`r.${format}`);
  });

  it('as xlsx goes to a file', async () => {
    const { code, stdout } = await run('report', 'last', '--format', 'xlsx', '--output', 'r.xlsx');
    expect(code).toBe(0);
    expect(stdout).toContain('r.xlsx');
    const bytes = await readFile(join(folder, 'r.xlsx'));
    expect(bytes.subarray(0, 2).toString()).toBe('PK');
  });
});

describe('purge', () => {
  it('deletes the products of an owner, and leaves the others', async () => {
    const options = { url: db.url, stdin: 'sku,name,owner\nO-1,x,acme\nO-2,x,other\n' };
    await runCli(['load', '-'], options);
    const { code, json, stderr } = await run('purge', '--owner', 'acme', '--yes', '--json');

    expect(code).toBe(0);
    expect(json()).toEqual({ deleted: { products: 1, jobs: 0, changes: 0 } });
    expect(stderr).toContain('Purging in');
    const skus = `select sku from prodimport.products where sku like 'O-%'`;
    expect((await db.session.client.query(skus)).rows).toEqual([{ sku: 'O-2' }]);
  });

  it('--jobs keeps young jobs', async () => {
    const { json } = await run('purge', '--jobs', '--older-than', '1d', '--yes', '--json');
    expect(json()).toEqual({ deleted: { products: 0, jobs: 0, changes: 0 } });
  });

  it('--jobs deletes old ones with their rejects, and no product', async () => {
    await db.session.client.query(
      `update prodimport.jobs set finished_at = now() - interval '100 days'`,
    );
    const { json } = await run('purge', '--jobs', '--older-than', '90d', '--yes', '--json');
    expect(json<{ deleted: { jobs: number } }>().deleted.jobs).toBeGreaterThan(3);
    const left = 'select (select count(*) from prodimport.rejects) as rejects';
    expect((await db.session.client.query(left)).rows).toEqual([{ rejects: '0' }]);
  });

  it('--all deletes every product', async () => {
    expect((await run('purge', '--all', '--yes')).code).toBe(0);
    const { rows } = await db.session.client.query('select 1 from prodimport.products');
    expect(rows).toEqual([]);
  });

  it('says so when nothing was there', async () => {
    const { code, stdout } = await run('purge', '--all', '--yes');
    expect(code).toBe(0);
    expect(stdout).toContain('Nothing was deleted');
  });
});

describe('db', () => {
  it('info tells which database is used, and how it was found', async () => {
    const { code, json } = await run('db', 'info', '--json');
    expect(code).toBe(0);
    expect(json()).toMatchObject({
      schema: 'prodimport',
      from: expect.stringContaining('DATABASE_URL'),
    });
  });

  it('migrate can be repeated, and run twice at once', async () => {
    const bare = await createTestDatabase({ migrated: false });
    const options = { url: bare.url };
    const both = await Promise.all([
      runCli(['db', 'migrate', '--json'], options),
      runCli(['db', 'migrate', '--json'], options),
    ]);
    const applied = both.map((one) => one.json<{ applied: string[] }>().applied.length);
    const again = await runCli(['db', 'migrate'], options);
    await bare.drop();

    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(Math.min(...applied)).toBe(0);
    expect(Math.max(...applied)).toBeGreaterThan(0);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('up to date');
  });

  it('migrate makes a schema of another name, which then serves like the first', async () => {
    const bare = await createTestDatabase({ migrated: false });
    const options = { url: bare.url, stdin: 'sku,name\nA-1,Lamp\n' };
    const schema = ['--schema', 'Shop 2'];
    await runCli(['db', 'migrate', ...schema], options);
    const load = await runCli(['load', '-', '--json', ...schema], options);
    const status = await runCli(['status', 'last', ...schema], options);
    await bare.drop();

    expect(load.code).toBe(0);
    expect(load.json()).toMatchObject({ products: { inserted: 1 } });
    expect(status.code).toBe(0);
  });

  it('start and stop are refused where a server of the user is named', async () => {
    for (const word of ['start', 'stop']) expect((await run('db', word)).code).toBe(2);
  });
});
