import { pbkdf2 } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
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

it('leaves nothing behind, though what it asked of the file system is done late', async () => {
  // More than the threads that do such work.
  const others = Array.from({ length: 8 }, () => promisify(pbkdf2)('', '', 100_000, 64, 'sha512'));
  async function* chunks() {
    yield 'half';
    throw new Error('connection lost');
  }
  const saving = saveWhole(chunks(), folder.path('late.csv'));
  await expect(saving).rejects.toThrow('connection lost');
  await Promise.all(others);
  const late = (await readdir(folder.path('.'))).filter((name) => name.startsWith('late'));
  expect(late).toEqual([]);
});
