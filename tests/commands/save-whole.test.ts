import { pbkdf2 } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { win32 } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { partOf, saveWhole } from '../../src/output/file.js';
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

it('leaves nothing behind where the content fails before the file is open', async () => {
  async function* chunks() {
    yield await Promise.reject<string>(new Error('connection lost'));
  }
  // Files are opened by the same few threads: this one has to wait for its turn.
  const hash = promisify(pbkdf2);
  const busy = Array.from({ length: 8 }, () => hash('a', 'b', 50_000, 64, 'sha512'));
  await expect(saveWhole(chunks(), folder.path('early.csv'))).rejects.toThrow('connection lost');
  await Promise.all(busy);
  expect(await readdir(folder.path('.'))).toEqual([]);
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

it('is written beside its place, with the same ending, whatever divides folders', () => {
  const pid = process.pid;
  expect(partOf('out/products.xlsx')).toBe(`out/products.${pid}.part.xlsx`);
  expect(partOf('dotted.dir/rejected')).toBe(`dotted.dir/rejected.${pid}.part`);
  expect(partOf('dotted.dir/')).toBe(`dotted.dir/.${pid}.part`);
  const onWindows = (path: string) => partOf(path, win32.extname);
  expect(onWindows('dotted.dir\\rejected')).toBe(`dotted.dir\\rejected.${pid}.part`);
  expect(onWindows('out\\a.csv')).toBe(`out\\a.${pid}.part.csv`);
});
