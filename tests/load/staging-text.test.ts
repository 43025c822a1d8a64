import { expect, it } from 'vitest';
import { StagingText } from '../../src/load/staging-text.js';
import type { ParsedProduct } from '../../src/product/product.js';

const lamp: ParsedProduct = {
  rowNumber: 2,
  line: 3,
  action: 'upsert',
  sku: 'A-1',
  name: 'Lamp',
  description: 'two\nlines\tand \\N',
  price: '4.50',
  active: true,
  owner: null,
  images: ['https://a.example/"1".jpg', 'https://a.example/b\\c.jpg'],
  attributes: { colour: 'red', size: null },
  absent: [],
};

it('writes only the columns that the file has', () => {
  const text = new StagingText(['sku', 'name', 'price'], false, true);
  text.add(lamp);
  expect(text.columns).toBe('row_number, line, sku, name, price');
  expect(text.take(true)!.toString()).toBe('2\t3\tA-1\tLamp\t4.50\n');
});

it('escapes what COPY would read otherwise', () => {
  const text = new StagingText(['sku', 'description', 'images'], false, true);
  text.add(lamp);
  const images = '{"https://a.example/\\\\"1\\\\".jpg","https://a.example/b\\\\\\\\c.jpg"}';
  expect(text.take(true)!.toString()).toBe(`2\t3\tA-1\ttwo\\nlines\\tand \\\\N\t${images}\n`);
});

it('writes the letter of an action where rows have one', () => {
  const text = new StagingText(['sku', 'name'], true, true);
  for (const action of ['upsert', 'add', 'update', 'delete'] as const) {
    text.add({ ...lamp, action, line: null, name: null });
  }
  text.addNamed(9, 'B-2');
  const lines = text.take(true)!.toString().split('\n');
  expect(lines.slice(0, 4).map((line) => line.split('\t')[2])).toEqual(['u', 'a', 'c', 'd']);
  expect(lines[4]).toBe('9\t\\N\tn\tB-2\t\\N');
  expect(text.written).toBe(5);
});

it('leaves blank attributes out where they keep the stored ones, else says that they are', () => {
  const keeping = new StagingText(['sku', 'attributes'], false, true);
  keeping.add(lamp);
  expect(keeping.take(true)!.toString()).toContain('\t{"colour":"red"}\n');
  const clearing = new StagingText(['sku', 'attributes'], false, false);
  clearing.add({ ...lamp, absent: ['price'] });
  expect(clearing.columns).toContain('absent');
  expect(clearing.take(true)!.toString()).toContain('{"colour":"red","size":null}\t{"price"}\n');
});

it('hands out chunks of some size, and the rest at the end', () => {
  const text = new StagingText(['sku', 'name'], false, true);
  text.add(lamp);
  expect(text.take()).toBeNull();
  text.add({ ...lamp, name: 'x'.repeat(70_000) });
  expect(text.take()!.length).toBeGreaterThan(70_000);
  expect(text.take(true)).toBeNull();
});
