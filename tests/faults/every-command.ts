import { expect } from 'vitest';
import type { HistoryEntry } from '../../src/catalog/history.js';
import type { Product } from '../../src/catalog/schema.js';
import type { Report } from '../../src/load/job.js';
import { runCli } from '../setup/cli.js';
import { firstFile, secondFile, write } from './trial.js';

const typedFile = write('typed.csv', 'sku,name,stock,since\nT-1,Cup,2,2026-01-31\nT-2,Pot,7,\n');

/**
 * Loads, looks, dries, undoes, changes by hand and purges; each must do what it does on the server we
 * ship.
 * @returns how many commands that were
 */
export async function tryEveryCommand(url: string): Promise<number> {
  let commands = 0;
  const run = async (...words: string[]) => {
    const result = await runCli([...words, '--json'], { url });
    expect(result.code, `${words.join(' ')}: ${result.stderr}`).toBe(0);
    commands++;
    return result;
  };
  await run('webhook', 'add', 'https://hooks.invalid/shop', '--event', 'import.completed');
  const first = await run('load', firstFile, '--record-changes');
  expect(first.json<Report>().products).toMatchObject({ inserted: 4000 });
  const dry = await run('load', secondFile, '--dry-run');
  const second = await run('load', secondFile, '--record-changes', '--missing', 'deactivate');
  expect(second.json<Report>().products).toEqual(dry.json<Report>().products);
  expect(second.json<Report>()).toMatchObject({
    status: 'completed',
    products: { inserted: 100 },
    missing: { deactivated: 100 },
  });
  await run('status');
  await run('report', 'last');
  await run('undo', '2', '--yes');
  const again = await run('load', firstFile);
  expect(again.json<Report>().products).toMatchObject({ inserted: 0, unchanged: 4000 });
  await changeByHand(run);
  await useFields(run);
  await run('purge', '--all', '--yes');
  await run('db', 'info');
  return commands;
}

type Run = (...words: string[]) => ReturnType<typeof runCli>;

async function changeByHand(run: Run): Promise<void> {
  const name = 'Caf\u00e9 "\\x41" {NULL}';
  await run('product', 'add', '--sku', 'BY-HAND', '--name', name, '--attribute', 'a=NULL');
  const changed = (await run('product', 'update', 'by-hand', '--price', '2.5')).json<Product>();
  const [found] = (await run('product', 'list', '--search', '\\x41')).json<Product[]>();
  expect(found).toEqual(changed);
  expect(found).toMatchObject({ name, price: '2.50', attributes: { a: 'NULL' } });
  await run('product', 'delete', 'BY-HAND', '--yes');
  const told = (await run('product', 'history', 'by-hand')).json<HistoryEntry[]>();
  expect(told.map(({ action }) => action)).toEqual(['inserted', 'updated', 'deleted']);
}

/** Fields of one's own: read from a file, asked for by an index, written by a condition, converted. */
async function useFields(run: Run): Promise<void> {
  await run('field', 'add', 'stock', '--index');
  await run('field', 'add', 'since', '--type', 'date');
  expect((await run('load', typedFile)).json<Report>().products).toMatchObject({ inserted: 2 });
  await run('product', 'update', '--where', 'stock<5', '--set', 'stock=5', '--yes');
  const found = await run('product', 'list', '--where', 'stock>4', '--sort', '-stock');
  expect(found.json<Product[]>().map(({ sku }) => sku)).toEqual(['T-2', 'T-1']);
  await run('product', 'delete', '--where', 'since=2026-01-31', '--yes');
  await run('field', 'update', 'stock', '--type', 'text', '--yes');
  await run('field', 'remove', 'stock', '--yes');
  const [left] = (await run('product', 'list', '--search', 'pot')).json<Product[]>();
  expect(left).toMatchObject({ sku: 'T-2', attributes: { stock: '7' } });
}
