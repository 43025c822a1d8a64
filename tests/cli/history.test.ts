import { hostname, userInfo } from 'node:os';
import { describe, expect, inject, it } from 'vitest';
import type { HistoryEntry } from '../../src/catalog/history.js';
import { productAdd } from '../../src/commands/product/add.js';
import { productDelete } from '../../src/commands/product/delete.js';
import { productHistory } from '../../src/commands/product/history.js';
import { productUpdate } from '../../src/commands/product/update.js';
import { changes } from '../../src/commands/changes.js';
import { purge } from '../../src/commands/purge.js';
import { undo } from '../../src/commands/undo.js';
import { recordedChanges } from '../../src/load/changes.js';
import type { Command } from '../../src/cli/command.js';
import { useCatalogue } from '../setup/catalogue.js';
import { runCli } from '../setup/cli.js';
import { loadText, runCommand } from '../setup/load.js';

const db = useCatalogue();
const me = {
  by: `${userInfo().username}@${hostname()}`,
  databaseRole: inject('databaseUrl').match(/\/\/(\w+)/)![1],
};

async function run(command: unknown, ...argv: string[]): Promise<unknown> {
  const { result, error } = await runCommand(db(), command as Command, argv);
  if (error) throw error;
  return result;
}

const load = async (content: string, words = '') => {
  const { report, error } = await loadText(db(), content, words);
  expect(error).toBeNull();
  return report.jobId!;
};
const history = (sku: string) => run(productHistory, sku) as Promise<HistoryEntry[]>;

describe('product history', () => {
  it('tells by load and by hand, in the order of time, who changed what', async () => {
    const first = await load('sku,name,price,Colour\nA-1,One,1,red\n', '--record-changes');
    await run(productUpdate, 'a-1', '--price', '2.5', '--attribute', 'Colour=blue');
    const second = await load('sku,name\nA-1,Two\n', '--record-changes');
    await run(productDelete, 'A-1', '--yes');
    const load1 = { how: 'load', jobId: first, source: 'products.csv', ...me };
    const hand = { how: 'hand', jobId: null, source: null, ...me };
    const entries = await history('a-1');
    expect(entries).toMatchObject([
      { action: 'inserted', ...load1, fields: { price: { old: null, new: '1.00' } } },
      {
        action: 'updated',
        ...hand,
        fields: {
          price: { old: '1.00', new: '2.50' },
          attributes: { old: { Colour: 'red' }, new: { Colour: 'blue' } },
        },
      },
      { action: 'updated', ...load1, jobId: second, fields: { name: { old: 'One', new: 'Two' } } },
      { action: 'deleted', ...hand, fields: { name: { old: 'Two', new: null } } },
    ]);
    expect(Object.keys(entries[1]!.fields!)).toEqual(['price', 'attributes']);
    expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).sort());
  });

  it('says of a load that recorded nothing that it wrote the product, and of no other', async () => {
    const first = await load('sku,name\nA-1,One\nB-1,Other\n');
    const second = await load('sku,name\nA-1,Two\n', '--record-changes');
    const third = await load('sku,name\nA-1,Three\n');
    await load('sku,name\nA-1,Three\n');
    expect(await history('A-1')).toMatchObject([
      { action: 'inserted', how: 'load', jobId: first, fields: null, ...me },
      { action: 'updated', jobId: second, fields: { name: { old: 'One', new: 'Two' } } },
      { action: 'touched', how: 'load', jobId: third, source: 'products.csv', fields: null },
    ]);
    expect(await history('B-1')).toMatchObject([{ action: 'inserted', jobId: first }]);
  });

  it('tells what an undo did, field by field', async () => {
    await load('sku,name\nA-1,One\n');
    const job = await load('sku,name\nA-1,Two\nA-2,New\n', '--record-changes');
    const { jobId } = (await run(undo, job, '--yes')) as { jobId: string };
    expect((await history('A-1')).slice(1)).toMatchObject([
      { action: 'updated', how: 'load', jobId: job },
      { action: 'updated', how: 'undo', jobId, fields: { name: { old: 'Two', new: 'One' } } },
    ]);
    expect(await history('A-2')).toMatchObject([
      { action: 'inserted', jobId: job },
      { action: 'deleted', how: 'undo', jobId, fields: { name: { old: 'New', new: null } } },
    ]);
  });

  it('follows a product under all the SKUs that it had', async () => {
    await run(productAdd, '--sku', 'A-1', '--name', 'One');
    await run(productUpdate, 'A-1', '--sku', 'A-2');
    await load('sku,name\nA-2,Two\n', '--record-changes');
    const told = await history('A-1');
    expect(told.map(({ action, sku }) => [action, sku])).toEqual([
      ['inserted', 'A-1'],
      ['updated', 'A-2'],
      ['updated', 'A-2'],
    ]);
    expect(await history('A-2')).toEqual(told);
    await run(productDelete, 'A-2', '--yes');
    expect(await history('A-2')).toHaveLength(4);
  });

  it('keeps the digits of numbers as the database has them', async () => {
    const digits = '12345678901234567890.10';
    await db().session.client.query(
      `insert into prodimport.products (sku, name, attributes) values ('A-1', 'One', $1)`,
      [`{"size": ${digits}}`],
    );
    await run(productDelete, 'A-1', '--yes');
    const { rows } = await db().session.client.query<{ size: string }>(
      `select old #>> '{attributes,size}' as size from prodimport.changes`,
    );
    expect(rows).toEqual([{ size: digits }]);
  });

  it('tells of products changed by --where, each of its own', async () => {
    await load('sku,name,owner\nA-1,One,acme\nA-2,Two,acme\n');
    await run(productUpdate, '--where', 'owner=acme', '--set', 'owner=globex', '--yes');
    await run(productDelete, '--where', 'owner=globex', '--yes');
    expect((await history('A-2')).slice(1)).toMatchObject([
      { action: 'updated', how: 'hand', fields: { owner: { old: 'acme', new: 'globex' } } },
      { action: 'deleted', how: 'hand', fields: { owner: { old: 'globex', new: null } } },
    ]);
  });

  it('tells of a purge of what was there, and of none that spared the product', async () => {
    await load('sku,name,owner\nA-1,One,acme\nA-2,Two,globex\n');
    await run(purge, '--owner', 'acme', '--yes');
    expect((await history('A-2')).map(({ how }) => how)).toEqual(['load']);
    await load('sku,name\nA-3,Three\n', '--record-changes');
    await run(productDelete, 'A-2', '--yes');
    await load('sku,name,owner\nA-1,Again,acme\n', '--record-changes');
    await run(purge, '--owner', 'acme', '--yes');
    expect((await history('A-1')).at(-1)).toMatchObject({
      action: 'deleted',
      how: 'purge',
      ...me,
      fields: null,
    });
  });

  it('says what it can not know: a product that is gone without a trace', async () => {
    await load('sku,name\nA-1,One\n', '--record-changes');
    await load('sku,action\nA-1,DELETE\n');
    const { code, stdout, stderr } = await runCli(['product', 'history', 'A-1'], { url: db().url });
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.split('\t').slice(1, 3))).toContainEqual([
      'inserted',
      'load',
    ]);
    expect(stderr).toContain('It is not in the catalogue now, and nothing recorded how it went');
  });

  it('gives a line for each field in a pipe, and exit 6 for a SKU that nothing is known of', async () => {
    const options = { url: db().url };
    const added = ['product', 'add', '--sku', 'A-1', '--name', 'One', '--attribute', 'Colour=red'];
    await runCli(added, options);
    const shown = await runCli(['product', 'history', 'A-1', '--with-header'], options);
    const cells = shown.stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t').slice(6));
    expect(cells).toEqual([
      ['sku', 'field', 'old', 'new'],
      ['A-1', 'sku', '', 'A-1'],
      ['A-1', 'name', '', 'One'],
      ['A-1', 'active', '', 'true'],
      ['A-1', 'images', '', '[]'],
      ['A-1', 'Colour', '', 'red'],
    ]);
    const lines = await runCli(['product', 'history', 'A-1', '--ndjson'], options);
    expect(JSON.parse(lines.stdout)).toMatchObject({ action: 'inserted', how: 'hand' });
    expect((await runCli(['product', 'history', 'NONE'], options)).code).toBe(6);
  });
});

describe('changes by hand', () => {
  it('are rolled back with the change itself, and not kept where nothing changed', async () => {
    await run(productAdd, '--sku', 'A-1', '--name', 'One');
    await run(productUpdate, 'A-1', '--name', 'One');
    await expect(run(productAdd, '--sku', 'a-1', '--name', 'Two')).rejects.toThrow('already');
    expect(await history('A-1')).toHaveLength(1);
  });

  it('behind a load let undo refuse where they wrote what it wrote, and else stay', async () => {
    await load('sku,name,price,description\nA-1,One,1,d\nA-2,Two,2,d\n');
    const job = await load('sku,name,price\nA-1,One,5\nA-2,Two,6\n', '--record-changes');
    await run(productUpdate, 'A-2', '--set', 'description=by hand');
    await run(productUpdate, 'A-1', '--price', '9');
    await expect(run(undo, job, '--yes')).rejects.toThrow('others have changed A-1 since');
    await run(productUpdate, 'A-1', '--price', '5');
    await run(undo, job, '--yes');
    expect((await history('A-2')).at(-1)).toMatchObject({ how: 'undo' });
  });

  it('have no part in what a load changed', async () => {
    const job = await load('sku,name\nA-1,One\n', '--record-changes');
    await run(productUpdate, 'A-1', '--name', 'Two');
    const skus: string[] = [];
    for await (const { sku } of recordedChanges(db().session, job)) skus.push(sku);
    expect(skus).toEqual(['A-1']);
  });
});

describe('purge --changes', () => {
  it('deletes old changes of loads and by hand, and leaves the jobs, which say so', async () => {
    const job = await load('sku,name\nA-1,One\n', '--record-changes');
    await run(productUpdate, 'A-1', '--name', 'Two');
    await db().session.client.query(`
      update prodimport.changes set changed_at = changed_at - interval '31 days'
      where changed_at is not null;
      update prodimport.jobs set finished_at = finished_at - interval '31 days'`);
    await run(productUpdate, 'A-1', '--name', 'Three');
    const purged = await run(purge, '--changes', '--older-than', '30d', '--yes');
    expect(purged).toEqual({ deleted: { products: 0, jobs: 0, changes: 2 } });
    expect(await history('A-1')).toMatchObject([
      { action: 'touched', how: 'hand', by: null, fields: null },
      { action: 'updated', how: 'hand', fields: { name: { old: 'Two', new: 'Three' } } },
    ]);
    await expect(run(changes, job)).rejects.toThrow('or they were purged');
    await expect(run(undo, job, '--yes')).rejects.toThrow('or they were purged');
  });
});
