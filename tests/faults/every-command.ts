import { expect } from 'vitest';
import type { HistoryEntry } from '../../src/catalog/history.js';
import type { Product } from '../../src/catalog/schema.js';
import type { Report } from '../../src/load/job.js';
import { runCli } from '../setup/cli.js';
import { firstFile, secondFile } from './trial.js';

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
  await run('purge', '--all', '--yes');
  await run('db', 'info');
  return commands;
}

async function changeByHand(run: (...words: string[]) => ReturnType<typeof runCli>): Promise<void> {
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
