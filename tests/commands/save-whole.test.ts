import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { saveWhole } from '../../src/commands/save-whole.js';
import { useFolder } from '../setup/folder.js';

const folder = useFolder();

it('asks for nothing where the file can not be written', async () => {
  let asked = 0;
  async function* chunks() {
    asked += 1;
    yield 'sku,name\n';
  }
  const file = folder.path('none/products.csv');
  await expect(saveWhole(chunks(), file)).rejects.toThrow('its folder does not exist');
  expect(asked).toBe(0);
});

it('keeps the file that was there, and nothing else, where the content ends in an error', async () => {
  const file = folder.write('products.csv', 'whole\n');
  const seen: string[] = [];
  async function* chunks() {
    yield 'half';
    seen.push(...readdirSync(folder.path('.')));
    throw new Error('connection lost');
  }
  await expect(saveWhole(chunks(), file)).rejects.toThrow('connection lost');
  expect(seen.sort()).toEqual([`products.${process.pid}.part.csv`, 'products.csv']);
  expect(folder.read('products.csv')).toBe('whole\n');
  expect(readdirSync(folder.path('.'))).toEqual(['products.csv']);
});
