import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { runCli } from '../setup/cli.js';
import { killAtEveryWrite, type KilledCommand } from './kill.js';
import { showSeries } from './table.js';

const stride = inject('thorough') ? 1 : 17;
const folder = mkdtempSync(join(tmpdir(), 'prodimport-faults-'));
const rowCount = 1500;
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
  write('first.csv', catalogue(1));
  write('second.csv', catalogue(2));
  await runCli(['load', join(folder, 'first.csv'), '--record-changes'], { url: db.url });
  await db.session.client.query(`create table keep_products as table prodimport.products;
    create table keep_jobs as table prodimport.jobs;
    create table keep_changes as table prodimport.changes`);
});

afterAll(async () => {
  await db.drop();
  rmSync(folder, { recursive: true });
});

const commands: [string, string[]][] = [
  ['load', ['load', 'second.csv']],
  ['load --record-changes', ['load', 'second.csv', '--record-changes']],
  [
    'load --missing delete',
    ['load', 'second.csv', '--missing', 'delete', '--missing-limit', '90%'],
  ],
  ['load --dry-run', ['load', 'second.csv', '--dry-run']],
  ['undo', ['undo', '1', '--yes']],
  ['purge --all', ['purge', '--all', '--yes']],
];

it.each(commands)(
  'leaves the catalogue as before or as after a killed %s',
  async (name, words) => {
    const args = words.map((word) => (word.endsWith('.csv') ? join(folder, word) : word));
    const isJob = name !== 'load --dry-run' && name !== 'purge --all';
    const command: KilledCommand = { fault: `kill -9 of ${name}`, args, db, reset, isJob };
    const series = await killAtEveryWrite(command, stride);
    showSeries(series);
    expect(series.violations).toEqual([]);
    expect(series.trials).toBeGreaterThan(0);
    const next = await runCli(['load', join(folder, 'second.csv'), '--json'], { url: db.url });
    expect(next.code, next.stderr).toBe(3);
  },
  900_000,
);

/** The catalogue after the first file, and its job; no other one. */
async function reset(): Promise<void> {
  await db.session.client.query(`begin;
    truncate prodimport.products, prodimport.jobs, prodimport.rejects, prodimport.changes;
    insert into prodimport.products overriding system value select * from keep_products;
    insert into prodimport.jobs overriding system value select * from keep_jobs;
    insert into prodimport.changes select * from keep_changes;
    -- The same new ids in every trial, as they are part of what is compared.
    select setval(pg_get_serial_sequence('prodimport.products', 'id'), max(id))
    from keep_products;
    commit`);
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

function write(name: string, content: string): void {
  writeFileSync(join(folder, name), content);
}
