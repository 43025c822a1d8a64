import { expect, it } from 'vitest';
import { storedProducts, useCatalogue } from '../setup/catalogue.js';
import { loadText } from '../setup/load.js';

const db = useCatalogue();

const a = 'https://cdn.example/a.jpg';
const b = 'https://cdn.example/b.jpg?v=1,2';

it.each([
  ['by src', [{ id: 1, src: a, alt: '' }, { src: b }], [a, b]],
  ['by url', [{ url: a, name: 'x' }], [a]],
  ['by href', [{ href: a }], [a]],
  ['by the only address in it', [{ rank: 0, original: a, thumb: 'a.jpg' }], [a]],
  ['mixed with texts', [a, { src: b }], [a, b]],
  ['as one object', { id: 1, src: a, href: 'https://shop.example/' }, [a]],
  ['none', [], []],
  ['one that is blank', [{ id: 0, src: '' }], []],
])('takes the images of a product %s', async (_, images, urls) => {
  await loadText(db(), JSON.stringify([{ sku: 'A', name: 'Cup', images }]));
  expect((await storedProducts(db())).map((product) => product.images)).toEqual([urls]);
});

it.each([
  ['no address', [{ id: 1 }]],
  ['two addresses', [{ big: a, small: b }]],
  ['a list', [[a]]],
  ['another scheme', [{ src: 'ftp://cdn.example/a.jpg' }]],
])('rejects images of which an object has %s', async (_, images) => {
  const { report } = await loadText(db(), JSON.stringify([{ sku: 'A', name: 'Cup', images }]));
  expect(report.failedRows.map(({ column, code }) => [column, code])).toEqual([
    ['images', 'url_invalid'],
  ]);
});
