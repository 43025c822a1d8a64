import { describe, expect, it } from 'vitest';
import {
  insertProduct,
  someoneWaits,
  storedNames,
  storedProducts,
  useCatalogue,
  whileLocked,
  writerIsWaitedFor,
} from '../setup/catalogue.js';
import { startCli } from '../setup/cli.js';
import { loadText, sumOfWays } from '../setup/load.js';

const db = useCatalogue();

describe('the lock that loads take before they merge', () => {
  it('stops a load at once under --no-wait, and products stay as they are', async () => {
    const { exitCode, error, report } = await whileLocked(db(), () =>
      loadText(db(), 'sku,name\nA-1,Lamp\n', '--no-wait'),
    );

    expect(exitCode).toBe(4);
    expect(error).toMatchObject({ code: 'locked' });
    expect(report.status).toBe('refused');
    expect(await storedNames(db())).toEqual({});
  });

  it('stops a load after --wait seconds', async () => {
    const { exitCode, error } = await whileLocked(db(), () =>
      loadText(db(), 'sku,name\nA-1,Lamp\n', '--wait 1'),
    );

    expect(exitCode).toBe(4);
    expect(error!.message).toContain('1 s');
  });

  it('is what the job says it waits for, with all rows read', async () => {
    await whileLocked(db(), async (release) => {
      const loading = loadText(db(), 'sku,name\nA-1,Lamp\nA-2,Bulb\n');
      const told = `select from prodimport.jobs where phase = 'waiting' and rows_read = 2`;
      while ((await db().session.client.query(told)).rowCount === 0);
      await release();
      expect((await loading).exitCode).toBe(0);
    });
  });

  it('is waited for by default, and the load then goes on', async () => {
    const { exitCode } = await whileLocked(db(), async (release) => {
      const loading = loadText(db(), 'sku,name\nA-1,Lamp\n');
      await someoneWaits(db().session);
      await release();
      return loading;
    });

    expect(exitCode).toBe(0);
    expect(await storedNames(db())).toEqual({ 'A-1': 'Lamp' });
  });
});

describe('two loads at once', () => {
  const skus = Array.from({ length: 400 }, (_, i) => `S-${String(i).padStart(4, '0')}`);
  const file = (names: string[], suffix: string) =>
    `sku,name\n${names.map((sku) => `${sku},${suffix}\n`).join('')}`;

  it('of the same file both complete, and one of them changes nothing', async () => {
    const csv = file(skus, 'same');
    const both = await Promise.all([loadText(db(), csv), loadText(db(), csv)]);

    const inserted = both.map(({ report }) => report.products!.inserted).sort();
    const unchanged = both.map(({ report }) => report.products!.unchanged).sort();
    expect(inserted).toEqual([0, 400]);
    expect(unchanged).toEqual([0, 400]);
    expect(await storedProducts(db())).toHaveLength(400);
  });

  it('of overlapping files in opposite order neither deadlock nor lose anything', async () => {
    const forth = file(skus.slice(0, 300), 'forth');
    const back = file(skus.slice(100).reverse(), 'back');
    const both = await Promise.all([
      loadText(db(), forth),
      loadText(db(), back),
      loadText(db(), forth.replaceAll('S-', 's-')),
    ]);

    for (const { exitCode, report } of both) {
      expect(exitCode).toBe(0);
      expect(sumOfWays(report)).toBe(report.rows.read);
    }
    const changes = both.map(({ report: { products } }) => products!.inserted);
    expect(changes.reduce((sum, inserted) => sum + inserted, 0)).toBe(400);
    const stored = await storedProducts(db());
    expect(stored.map(({ sku }) => sku.toUpperCase()).sort()).toEqual(skus);
    expect(stored.filter(({ name }) => name === 'back').length).toBeGreaterThanOrEqual(100);
  });

  it('in two processes are two jobs of their own', async () => {
    const runs = ['one', 'two'].map((name) => {
      const { child, done } = startCli(['load', '-', '--json'], { url: db().url });
      child.stdin.end(file(skus, name));
      return done;
    });
    const reports = (await Promise.all(runs)).map((run) => run.json<{ jobId: string }>());

    expect(reports.map(({ jobId }) => jobId).sort()).toEqual(['1', '2']);
  });
});

describe('a writer that takes no lock', () => {
  it('and inserts one of the new SKUs meanwhile makes an update of it', async () => {
    const writer = await db().database.session();
    await writer.client.query('begin');
    await insertProduct({ session: writer }, { sku: 'b-2', name: 'Theirs' });
    const loading = loadText(db(), 'sku,name\nA-1,Lamp\nB-2,Ours\nC-3,Table\n');
    await writerIsWaitedFor(db().session);
    await writer.client.query('commit');
    const { exitCode, report } = await loading;
    await writer.end();

    expect(exitCode).toBe(0);
    expect(report.products).toMatchObject({ inserted: 2, updated: 1, unchanged: 0 });
    expect(await storedNames(db())).toEqual({ 'A-1': 'Lamp', 'B-2': 'Ours', 'C-3': 'Table' });
  });

  it('and rolls back again does not disturb the load', async () => {
    const writer = await db().database.session();
    await writer.client.query('begin');
    await insertProduct({ session: writer }, { sku: 'b-2' });
    const loading = loadText(db(), 'sku,name\nA-1,Lamp\nB-2,Ours\n');
    await writerIsWaitedFor(db().session);
    await writer.client.query('rollback');
    const { report } = await loading;
    await writer.end();

    expect(report.products).toMatchObject({ inserted: 2, updated: 0 });
  });

  it('and deletes a product meanwhile does not lose the row of the file', async () => {
    await loadText(db(), 'sku,name\nA-1,Old\nB-2,Old\n');
    const writer = await db().database.session();
    await writer.client.query('begin');
    await writer.client.query(`delete from prodimport.products where sku = 'A-1'`);
    const loading = loadText(db(), 'sku,name\nA-1,New\nB-2,New\n');
    await writerIsWaitedFor(db().session);
    await writer.client.query('commit');
    const { report } = await loading;
    await writer.end();

    expect(await storedNames(db())).toEqual({ 'A-1': 'New', 'B-2': 'New' });
    expect(sumOfWays(report)).toBe(2);
  });
});
