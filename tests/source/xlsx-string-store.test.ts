import { expect, test } from 'vitest';
import { StringStore } from '../../src/source/xlsx/shared-strings.js';
import { useTemporaryFiles } from '../setup/folder.js';

const temporaryFiles = useTemporaryFiles();

test('gives back what it was given, by number', () => {
  const store = new StringStore();
  const texts = ['', 'a', 'é🎈', '', 'x'.repeat(1_048_576), '東'.repeat(1_048_576), 'last'];
  for (const text of texts) expect(store.add(text)).toBe(true);
  expect(texts.map((_, index) => store.get(index) === texts[index])).not.toContain(false);
  expect(store.count).toBe(texts.length);
  store.close();
});

test('keeps what exceeds its memory in a file that leaves no trace', async () => {
  const store = new StringStore();
  const text = (index: number): string => `${index}${'é'.repeat(500_000 + (index % 7))}`;
  for (let index = 0; index < 100; index++) store.add(text(index));
  for (const index of [99, 0, 50, 98, 67, 68, 69, 70, 1]) {
    expect(store.get(index) === text(index)).toBe(true);
  }
  store.close();
  expect(temporaryFiles()).toEqual([]);
});

test('tells many short texts apart', () => {
  const store = new StringStore();
  for (let index = 0; index < 300_000; index++) store.add(`SKU-${index}-éé`);
  for (const index of [0, 1, 1023, 1024, 150_000, 299_999]) {
    expect(store.get(index)).toBe(`SKU-${index}-éé`);
  }
});
