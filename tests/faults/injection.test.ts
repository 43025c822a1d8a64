import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/load/job.js';
import { runCli } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';

const folder = mkdtempSync(join(tmpdir(), 'prodimport-injection-'));
const file = join(folder, 'products.csv');
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(async () => {
  await db.drop();
  rmSync(folder, { recursive: true });
});

async function load(content: string, ...options: string[]) {
  writeFileSync(file, content);
  return runCli(['load', file, ...options], { url: db.url });
}

describe('what stands in a cell', () => {
  it('reaches a terminal without its escape sequences', async () => {
    const escape = '\u001b]0;owned\u0007\u001b[2J\u009b31m';
    const loaded = await load(`sku,name,price\nA${escape}-1,Lamp,${escape}\n${escape},,\n`);
    expect(loaded.code, loaded.stderr).toBe(3);
    for (const format of ['text', 'csv', 'json', 'markdown']) {
      const { stdout, stderr } = await runCli(['report', 'last', '--format', format], {
        url: db.url,
      });
      // eslint-disable-next-line no-control-regex
      expect(loaded.stdout + loaded.stderr + stdout + stderr).not.toMatch(/[\u0007\u001b\u009b]/);
    }
  });

  it('is no formula in the CSV of a report', async () => {
    await load(`sku,name,price\nA-1,Lamp,=cmd|' /C calc'!A0\nA-2,Lamp,@SUM(1)\nA-3,Lamp,+1+1\n`);
    const { stdout } = await runCli(['report', 'last', '--format', 'csv'], { url: db.url });
    const cells = stdout.split(/[,\n]/).map((cell) => cell.replace(/^"/, ''));
    expect(cells.filter((cell) => /^[=@]|^\+1/.test(cell))).toEqual([]);
    expect(stdout).toContain("'=cmd|");
  });

  it('is no SQL, as a SKU or as an owner', async () => {
    const sku = `'); drop table prodimport.products; --`;
    const owner = `o'; delete from prodimport.jobs; --`;
    const loaded = await load(
      `sku,name\n"${sku}","$1 \\. %s {{load/merge}}"\n`,
      '--owner',
      owner,
      '--json',
    );
    expect(loaded.code, loaded.stderr).toBe(0);
    const { rows } = await db.session.client.query<object>(
      'select sku, name, owner from prodimport.products where owner is not null',
    );
    expect(rows).toEqual([{ sku, name: '$1 \\. %s {{load/merge}}', owner }]);
    const purge = await runCli(['purge', '--owner', `x' or '1'='1`, '--yes', '--json'], {
      url: db.url,
    });
    expect(purge.code, purge.stderr).toBe(0);
    expect(await count('prodimport.products where owner is not null')).toBe(1);
  });
});

it('keeps columns named as what every object has', async () => {
  const header = 'sku,name,__proto__,constructor,toString,hasOwnProperty';
  const loaded = await load(`${header}\nP-1,Lamp,a,b,c,d\n`, '--json');
  expect(loaded.code, loaded.stderr).toBe(0);
  expect(loaded.json<Report>().products).toMatchObject({ inserted: 1 });
  const { rows } = await db.session.client.query<{ text: string }>(
    `select attributes::text as text from prodimport.products where sku = 'P-1'`,
  );
  expect(rows[0]!.text).toBe(
    '{"toString": "c", "__proto__": "a", "constructor": "b", "hasOwnProperty": "d"}',
  );
});

it('takes a schema for a name, whatever is in it', async () => {
  const schema = `a"; drop schema prodimport cascade; --`;
  const refused = await runCli(['db', 'migrate', '--schema', schema], { url: db.url });
  expect(refused.code).toBe(2);
  const odd = `x'; drop schema prodimport cascade; $& --`;
  const migrated = await runCli(['db', 'migrate', '--schema', odd], { url: db.url });
  expect(migrated.code, migrated.stderr).toBe(0);
  writeFileSync(file, 'sku,name\nA-1,Lamp\n');
  const loaded = await runCli(['load', file, '--schema', odd], { url: db.url });
  expect(loaded.code, loaded.stderr).toBe(0);
  expect(await count(`"${odd}".products`)).toBe(1);
  expect(await count('prodimport.jobs')).toBeGreaterThan(0);
});

it('never shows a password: not in messages, not with --debug, not in the record', async () => {
  const secret = 'hunter2%2F%40';
  const url = db.url.replace('@/', `:${secret}@/`);
  writeFileSync(file, 'sku,name,price\nZ-1,Lamp,x\n');
  const commands = [
    ['load', file, '--debug'],
    ['load', file, '--json', '--log-format', 'json', '--database', url],
    ['status', '--json'],
    ['db', 'info', '--json'],
    ['load', file, '--database', `${url}&sslmode=bogus`, '--debug'],
    ['load', file, '--database', url.replace('postgresql', 'postgres sql')],
  ];
  for (const words of commands) {
    const run = await runCli(words, { url });
    expect(run.stdout + run.stderr, words.join(' ')).not.toContain('hunter2');
  }
  const { rows } = await db.session.client.query<{ text: string }>(
    'select row(j.*)::text as text from prodimport.jobs j',
  );
  expect(rows.map(({ text }) => text).join()).not.toContain('hunter2');
});

async function count(what: string): Promise<number> {
  const { rows } = await db.session.client.query<{ count: number }>(
    `select count(*)::integer as count from ${what}`,
  );
  return rows[0]!.count;
}
