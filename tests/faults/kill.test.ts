import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { getJob } from '../../src/load/job.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { runCli } from '../setup/cli.js';
import { loadText } from '../setup/load.js';
import { writeWorkbook } from '../../src/output/rows.js';
import { connectionsGone, killAtEveryWrite, type KilledCommand } from './kill.js';
import { note } from './table.js';

const folder = mkdtempSync(join(tmpdir(), 'prodimport-faults-'));
/** Where the commands keep what they need for a while. */
const temporary = join(folder, 'temporary');
const rowCount = 1500;
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
  mkdirSync(temporary);
  write('first.csv', catalogue(1));
  write('second.csv', catalogue(2));
  await writeWorkbook(join(folder, 'second.xlsx'), rowsOf(catalogue(2)));
  await runCli(['load', join(folder, 'first.csv'), '--record-changes'], { url: db.url });
  await db.session.client.query(`create table public.keep_products as table prodimport.products;
    create table public.keep_jobs as table prodimport.jobs;
    create table public.keep_changes as table prodimport.changes`);
});

afterAll(async () => {
  await db.drop();
  rmSync(folder, { recursive: true });
});

const commands: [string, string[]][] = [
  ['load', ['load', 'second.csv']],
  ['first load', ['load', 'second.csv']],
  ['load --record-changes', ['load', 'second.csv', '--record-changes']],
  ['first load --record-changes', ['load', 'second.csv', '--record-changes']],
  [
    'load --missing delete',
    ['load', 'second.csv', '--missing', 'delete', '--missing-limit', '90%'],
  ],
  ['load of a workbook in gzip', ['load', 'second.xlsx.gz']],
  ['load --replace', ['load', 'second.csv', '--replace', '--yes']],
  ['load --outcomes', ['load', 'second.csv', '--outcomes', 'outcomes.csv']],
  ['load --dry-run', ['load', 'second.csv', '--dry-run']],
  ['undo', ['undo', '1', '--yes']],
  ['purge --all', ['purge', '--all', '--yes']],
  [
    'product update --where',
    ['product', 'update', '--where', 'price >= 3', '--set', 'price=99', '--yes'],
  ],
  ['product delete --where', ['product', 'delete', '--where', 'price >= 3', '--yes']],
];

/** For a quick run, one of each kind. */
const quick = /^(?!(?:first )?load --)|^load --(?:replace|outcomes)/;
const tried = commands.filter(([name]) => inject('thorough') || quick.test(name));

it.each(tried)(
  'leaves the catalogue as before or as after a killed %s, and the next command works',
  async (name, words) => {
    if (words[1]!.endsWith('.gz')) packWorkbook();
    const isJob = !/--dry-run|purge|product/.test(name);
    const command: KilledCommand = {
      fault: `kill -9 of ${name}`,
      args: words.map((word) => (/\.(csv|gz)$/.test(word) ? join(folder, word) : word)),
      options: { url: db.url, env: { TMPDIR: temporary } },
      reset: () => reset(name.startsWith('first load')),
      state: () => checksum(db),
      settled: () => connectionsGone(db),
      judge: async (found, { before, after }) =>
        (before === after && name !== 'load --dry-run' ? 'it changes nothing anyway' : null) ??
        (await leftovers()) ??
        (isJob ? await recordedWrongly(found === before, found === after) : null) ??
        (name.startsWith('product') ? await historyLies(found === before) : null) ??
        (isJob ? await changesLie(found === after && words.includes('--record-changes')) : null) ??
        outcomesLie(found === before) ??
        (await nextFails()),
    };
    const series = await killAtEveryWrite(command);
    note(series);
    expect(series.violations).toEqual([]);
    expect(series.trials).toBeGreaterThan(0);
  },
  900_000,
);

async function leftovers(): Promise<string | null> {
  const left = await db.session.client.query(`select relname from pg_class
    where relname ~ '^(staging|superseded|late_rejects|compared)' and relkind in ('r', 'v')`);
  if (left.rows.length > 0) return `${left.rows.length} tables of a load are left`;
  const files = readdirSync(temporary);
  return files.length > 0 ? `temporary files are left: ${files.join(', ')}` : null;
}

/** Killed before its job was recorded: there is nothing to tell, and nothing was done. */
async function recordedWrongly(isBefore: boolean, isAfter: boolean): Promise<string | null> {
  const job = await getJob(db.session, 'last');
  if (job.id === firstJob) return isBefore ? null : 'products changed, but there is no job';
  const isTrue = job.result.status.startsWith('completed') ? isAfter : isBefore;
  return isTrue ? null : `the record says ${job.result.status}`;
}

/** A change by hand is kept if and only if it was made, product by product. */
async function historyLies(isBefore: boolean): Promise<string | null> {
  const { rows } = await db.session.client.query<{ kept: number; made: number }>(
    `select (select count(*)::integer from prodimport.changes where changed_at is not null) as kept,
       (select count(*)::integer from public.keep_products k
        left join prodimport.products p using (id)
        where p.id is null or p.price is distinct from k.price) as made`,
  );
  const { kept, made } = rows[0]!;
  if (kept !== made) return `${made} products changed, ${kept} changes are kept`;
  return isBefore === (made === 0) ? null : 'something else changed';
}

/** What a load changed is kept if and only if it was done, and was to be kept. */
async function changesLie(areKept: boolean): Promise<string | null> {
  const { rows } = await db.session.client.query<{ kept: number }>(
    `select count(*)::integer as kept from prodimport.changes where job_id <> ${firstJob}`,
  );
  const { kept } = rows[0]!;
  return areKept === kept > 0 ? null : `${kept} changes are kept`;
}

/** What became of each row is told whole or not at all, and of nothing that was not done. */
function outcomesLie(isBefore: boolean): string | null {
  const file = join(folder, 'outcomes.csv');
  // What a killed command was writing is named by its number.
  for (const name of readdirSync(folder)) if (name.includes('.part')) rmSync(join(folder, name));
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').length;
  if (isBefore) return 'outcomes are told of a load that was not done';
  return lines === rowCount + 1 ? null : `outcomes of ${lines - 1} rows are told`;
}

async function nextFails(): Promise<string | null> {
  const { exitCode, error } = await loadText(db, catalogue(2));
  return exitCode === 3 ? null : `the next load ends with ${exitCode}: ${error?.message}`;
}

/** The job that every trial begins with. */
const firstJob = '1';

/** The catalogue after the first file, or without a product, and the job of that file. */
async function reset(isEmpty: boolean): Promise<void> {
  rmSync(join(folder, 'outcomes.csv'), { force: true });
  await db.session.client.query(`begin;
    truncate prodimport.products, prodimport.jobs, prodimport.rejects, prodimport.changes;
    insert into prodimport.products overriding system value
    select * from public.keep_products where not ${isEmpty};
    insert into prodimport.jobs overriding system value select * from public.keep_jobs;
    insert into prodimport.changes select * from public.keep_changes;
    -- The same new ids in every trial, as they are part of what is compared.
    select setval(pg_get_serial_sequence('prodimport.products', 'id'), max(id))
    from public.keep_products;
    commit`);
}

/** Of every field of every product, and what is known of the indexes. */
async function checksum({ session }: TestDatabase): Promise<string> {
  const { rows } = await session.client.query<{ sum: string }>(
    `select count(*) || ':' || coalesce(md5(string_agg(
       row(id, sku, name, description, price, active, owner, images, attributes)::text,
       ',' order by id)), '') || (
         select string_agg(pg_get_indexdef(indexrelid), ',' order by indexrelid::regclass::text)
         from pg_index where indrelid = 'prodimport.products'::regclass) as sum
     from prodimport.products`,
  );
  return rows[0]!.sum;
}

/** New rows, changed ones, unchanged ones, missing ones, and one in fifty that is rejected. */
function catalogue(edition: number): string {
  const lines = ['sku,name,price,description'];
  for (let i = edition * 100; i < rowCount + edition * 100; i++) {
    const price = edition === 2 && i % 50 === 0 ? 'none' : (i % 7) + (i % 3 ? 0 : edition);
    lines.push(`SKU-${i},Product ${i},${price},"Some words, and number ${i} of them"`);
  }
  return `${lines.join('\n')}\n`;
}

async function* rowsOf(csv: string) {
  for (const line of csv.trim().split('\n')) {
    const cells = line.match(/"[^"]*"|[^,]+/g)!.map((cell) => cell.replaceAll('"', ''));
    yield await Promise.resolve(cells);
  }
}

/** A workbook that can't be read where it is, so that it is unpacked to a temporary file. */
function packWorkbook(): void {
  write('second.xlsx.gz', gzipSync(readFileSync(join(folder, 'second.xlsx'))));
}

function write(name: string, content: string | Buffer): void {
  writeFileSync(join(folder, name), content);
}
