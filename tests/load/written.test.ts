import { describe, expect, inject, it } from 'vitest';
import type { Report } from '../../src/load/job.js';
import { runCli } from '../setup/cli.js';
import {
  storedNames,
  storedProducts,
  useCatalogue,
  writerIsWaitedFor,
} from '../setup/catalogue.js';
import { loadText } from '../setup/load.js';

const db = useCatalogue();
/** Citus takes no triggers on products. */
const swallows = describe.skipIf(inject('distributed'));

/** Does `work` while a trigger of the database's own lets no such write of SWALLOW through. */
async function swallowing<T>(
  write: 'insert' | 'update' | 'delete',
  work: () => Promise<T>,
): Promise<T> {
  const { client } = db().session;
  const row = write === 'delete' ? 'old' : 'new';
  await client.query(
    `
    create function swallow() returns trigger language plpgsql as $$ begin
      return case when ${row}.sku = 'SWALLOW' then null else ${row} end;
    end $$;
    create trigger swallow before ${write} on prodimport.products
      for each row execute function swallow()`.replaceAll('swallow()', 'prodimport.swallow()'),
  );
  try {
    return await work();
  } finally {
    await client.query('drop function prodimport.swallow cascade');
  }
}

/** What must be said, and that all is as before. */
async function expectSuppressed(
  { code, stderr }: { code: number | null; stderr: string },
  before: unknown,
): Promise<void> {
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('SWALLOW') });
  expect(stderr).toContain('[write_suppressed]');
  expect(await storedProducts(db())).toEqual(before);
}

swallows('a write that a trigger swallows fails the load, and names the SKU:', () => {
  it.each([
    ['insert', 'among others', 'sku,name\nA-1,Lamp\nSWALLOW,Chair\n', 'A-1'],
    ['update', 'of a stored product', 'sku,name\nA-1,Lamp\nSWALLOW,Chair\n', 'SWALLOW'],
    ['delete', 'by its action', 'sku,action\nA-1,DELETE\nSWALLOW,DELETE\n', 'SWALLOW'],
  ] as const)('%s %s', async (write, _, file, stored) => {
    await loadText(db(), `sku,name\n${stored},Old\n`);
    if (write === 'delete') await loadText(db(), 'sku,name\nA-1,Old\n');
    const before = await storedProducts(db());
    const { exitCode, report, error } = await swallowing(write, () => loadText(db(), file));

    expect(exitCode).toBe(1);
    expect(error).toMatchObject({ code: 'write_suppressed' });
    expect(error!.message).toContain('SKU SWALLOW');
    expect(report).toMatchObject({ status: 'failed', products: null });
    expect(await storedProducts(db())).toEqual(before);
  });

  it('insert into an empty catalogue', async () => {
    const { client } = db().session;
    await client.query('alter table prodimport.products rename to full_products');
    await client.query(
      'create table prodimport.products (like prodimport.full_products including all)',
    );
    const load = () => loadText(db(), 'sku,name\nA-1,Lamp\nSWALLOW,Chair\n');
    const { error } = await swallowing('insert', load);
    await client.query('drop table prodimport.products');
    await client.query('alter table prodimport.full_products rename to products');
    expect(error).toMatchObject({ code: 'write_suppressed' });
    expect(error!.message).toContain('SKU SWALLOW');
  });

  it.each([
    ['deactivate', 'update'],
    ['delete', 'delete'],
  ] as const)('--missing %s', async (missing, write) => {
    await loadText(db(), 'sku,name\nA-1,Lamp\nSWALLOW,Chair\n');
    const before = await storedProducts(db());
    const words = `--missing ${missing} --missing-limit 100% --record-changes`;
    const { error } = await swallowing(write, () => loadText(db(), 'sku,name\nA-1,Lamp\n', words));
    expect(error).toMatchObject({ code: 'write_suppressed' });
    expect(error!.message).toContain('SKU SWALLOW');
    expect(await storedProducts(db())).toEqual(before);
  });

  it('and so it is with what is written beside the products', async () => {
    const { client } = db().session;
    for (const table of ['jobs', 'changes', 'rejects']) {
      await client.query(`create function prodimport.never() returns trigger language plpgsql as
          'begin return null; end';
        create trigger never before insert or update on prodimport.${table}
          for each row execute function prodimport.never()`);
      const { error } = await loadText(db(), 'sku,name\nA-1,Lamp\n,\u00fc\n', '--record-changes');
      await client.query('drop function prodimport.never cascade');
      expect(error, table).toMatchObject({ exitCode: 1 });
      expect(await storedProducts(db())).toEqual([]);
    }
  });
});

swallows('a write that a trigger swallows fails', () => {
  it.each([
    ['update', 'product update SWALLOW --price 2'],
    ['delete', 'product delete A-1 SWALLOW --yes'],
    ['update', 'product update --where owner=acme --price 2 --yes'],
    ['delete', 'product delete --where owner=acme --yes'],
    ['delete', 'purge --all --yes'],
    ['delete', 'purge --owner acme --yes'],
    ['update', 'undo 2 --yes'],
    ['delete', 'undo 1 --yes'],
  ] as const)('%s: %s', async (write, words) => {
    const first = 'sku,name,owner\nA-1,Lamp,acme\nSWALLOW,Chair,acme\n';
    await loadText(db(), first, '--record-changes');
    if (words !== 'undo 1 --yes') {
      await loadText(
        db(),
        first.replaceAll('a', 'e').replaceAll('ecme', 'acme').replace('neme', 'name'),
        '--record-changes',
      );
    }
    const before = await storedProducts(db());
    expect(before).toHaveLength(2);
    const run = await swallowing(write, () => runCli(words.split(' '), { url: db().url }));
    await expectSuppressed(run, before);
  });

  it('insert: product add, and undo of a deletion', async () => {
    const add = ['product', 'add', '--sku', 'SWALLOW', '--name', 'Chair'];
    const added = await swallowing('insert', () => runCli(add, { url: db().url }));
    await expectSuppressed(added, []);

    await loadText(db(), 'sku,name\nSWALLOW,Chair\n');
    await loadText(db(), 'sku,action\nSWALLOW,DELETE\n', '--record-changes');
    const undo = ['undo', 'last', '--yes'];
    await expectSuppressed(await swallowing('insert', () => runCli(undo, { url: db().url })), []);
  });
});

describe('a product that another session deletes meanwhile', () => {
  const stored = 'sku,name,description\nA-1,Old,Kept\nB-2,Old,Kept\n';

  /** Loads while a writer who takes no lock deletes A-1, and commits once the load waits for it. */
  async function loadMeanwhile(file: string, words = ''): Promise<Report> {
    await loadText(db(), stored);
    const writer = await db().database.session();
    await writer.begin();
    await writer.client.query(`delete from prodimport.products where sku = 'A-1'`);
    const loading = loadText(db(), file, words);
    await writerIsWaitedFor(db().session);
    await writer.commit();
    const { report } = await loading;
    await writer.end();
    return report;
  }

  it('is not_found where the row updates or deletes', async () => {
    for (const action of ['UPDATE', 'DELETE']) {
      const report = await loadMeanwhile(`sku,name,action\nA-1,New,${action}\nB-2,New,UPDATE\n`);
      expect(report.rows).toMatchObject({ read: 2, rejected: 1 });
      expect(report.products).toMatchObject({ updated: 1, deleted: 0, inserted: 0, unchanged: 0 });
      expect(report.failedRows).toMatchObject([{ rowNumber: 2, code: 'not_found' }]);
      expect(await storedNames(db())).toEqual({ 'B-2': 'New' });
    }
  });

  it('is a new one where the row may insert, and has nothing of the deleted one', async () => {
    const report = await loadMeanwhile('sku,name\nA-1,New\nB-2,New\n', '--record-changes');
    expect(report.products).toMatchObject({ inserted: 1, updated: 1, unchanged: 0 });
    expect(await storedProducts(db())).toMatchObject([
      { sku: 'A-1', name: 'New', description: null },
      { sku: 'B-2', name: 'New', description: 'Kept' },
    ]);
    const changes = await runCli(['changes', report.jobId!], { url: db().url });
    expect(changes.stdout.match(/"action":"\w+"/g)).toEqual([
      '"action":"inserted"',
      '"action":"updated"',
    ]);
  });
});
