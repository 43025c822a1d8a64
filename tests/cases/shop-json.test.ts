import { expect, it } from 'vitest';
import { useFolder } from '../setup/folder.js';
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
  ['by that of the largest', [{ image_file: 'a.jpg', url_tiny: `${a}?1`, url_zoom: a }], [a]],
  ['in lists of one', [[a], [b]], [a, b]],
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
  ['a list of two', [[a, b]]],
  ['another scheme', [{ src: 'ftp://cdn.example/a.jpg' }]],
])('rejects images of which an object has %s', async (_, images) => {
  const { report } = await loadText(db(), JSON.stringify([{ sku: 'A', name: 'Cup', images }]));
  expect(report.failedRows.map(({ column, code }) => [column, code])).toEqual([
    ['images', 'url_invalid'],
  ]);
});

const told = async () =>
  (await storedProducts(db())).map(({ sku, name, price, active, attributes }) => {
    return [sku, name, price, active, attributes];
  });

it('takes the variants of a product for products, with what is common from it', async () => {
  const products = [
    {
      ...{ title: 'Tee', price: '1', status: 'draft', id: 7, options: ['S'], sizes: [{ a: 1 }] },
      variants: [
        { id: 8, sku: 'T-S', title: 'S', price: '9.50', grams: 3 },
        { id: 9, sku: 'T-M', title: 'M', status: 'active' },
      ],
    },
    { title: 'Cap', variants: [{ sku: 'C', price: '5', name: 'Cap of wool' }] },
    { title: 'Bag', variants: [] },
  ];
  const { report } = await loadText(db(), JSON.stringify({ products }));
  expect(report.notes.join()).toContain('Each object in "variants" is a product');
  expect(report.failedRows.map(({ rowNumber, column, code }) => [rowNumber, column, code])).toEqual(
    [[4, 'sku', 'required']],
  );
  const common = { options: ['S'], sizes: [{ a: 1 }] };
  expect(await told()).toEqual([
    ['C', 'Cap', '5.0000', true, { 'variants.name': 'Cap of wool' }],
    [
      ...['T-M', 'Tee', '1.0000', true],
      { ...common, 'variants.title': 'M', 'variants.id': 9, 'product.status': 'draft' },
    ],
    [
      ...['T-S', 'Tee', '9.5000', false],
      { ...common, 'variants.title': 'S', 'variants.id': 8, grams: 3, 'product.price': '1' },
    ],
  ]);
});

const folder = useFolder();

it('counts variants as rows, and takes back those that were rejected', async () => {
  const lines = [
    '{"name":"Tee","variants":[{"sku":"A","price":"1"},{"sku":"B","price":"x"}]}',
    '{"name":"Cap","variants":[{"sku":"C","price":"y"},{"sku":"D","price":"4","sku":"E"}]}',
  ];
  const rejects = folder.path('rejects.ndjson');
  const { report } = await loadText(db(), lines.join('\n'), `--rejects ${rejects}`);
  expect(report.failedRows.map(({ rowNumber, line, code }) => [rowNumber, line, code])).toEqual([
    [2, 1, 'price_invalid'],
    [3, 2, 'price_invalid'],
    [4, 2, 'column_count'],
  ]);
  const mended = folder.read('rejects.ndjson').split('\n').slice(0, 2).join('\n');
  await loadText(db(), mended.replace('"x"', '2').replace('"y"', '3'));
  expect((await told()).map((cells) => cells.slice(0, 3))).toEqual([
    ['A', 'Tee', '1.0000'],
    ['B', 'Tee', '2.0000'],
    ['C', 'Cap', '3.0000'],
  ]);
});

it('leaves variants alone where a product has a SKU itself', async () => {
  const variants = [{ sku: 'A-1' }];
  await loadText(db(), JSON.stringify([{ sku: 'A', name: 'Tee', variants }]));
  expect(await told()).toEqual([['A', 'Tee', null, true, { variants }]]);
});

it('takes variants of XML, also one alone', async () => {
  const variant = (sku: string) => `<variant><sku>${sku}</sku><price>9</price></variant>`;
  const product = (name: string, ...skus: string[]) =>
    `<product><name>${name}</name>${skus.map(variant).join('')}</product>`;
  await loadText(db(), `<shop>${product('Tee', 'A', 'B')}${product('Cap', 'C')}</shop>`);
  expect((await told()).map((cells) => cells.slice(0, 3))).toEqual([
    ['A', 'Tee', '9.0000'],
    ['B', 'Tee', '9.0000'],
    ['C', 'Cap', '9.0000'],
  ]);
});

it.each([
  ['texts', `<image>${a}</image><image>${a}?2</image>`],
  ['elements', `<image><url>${a}</url></image><image><url>${a}?2</url></image>`],
  ['attributes', `<image url="${a}"/><image url="${a}?2"/>`],
  ['elements of several', `<image><src>${a}</src><alt/></image><image><src>${a}?2</src></image>`],
])('takes images of XML that are %s', async (_, images) => {
  const item = `<item><sku>A</sku><name>Cup</name><images>${images}</images></item>`;
  const { report } = await loadText(db(), `<shop>${item}</shop>`);
  expect(report.failedRows).toEqual([]);
  expect((await storedProducts(db()))[0]!.images).toEqual([a, `${a}?2`]);
});

it.each([['xml:lang'], ['lang']])(
  'takes one and the same of several languages by %s',
  async (attribute) => {
    const names = `<name ${attribute}="en">Cup</name><name ${attribute}="de">Tasse</name>`;
    const turned = `<name ${attribute}="de">Kanne</name><name ${attribute}="en">Jug</name>`;
    const items = [names, '<name xml:lang="en">Pot</name>', turned].map((name, at) => {
      return `<item><sku>${'ABC'[at]}</sku>${name}</item>`;
    });
    const { report } = await loadText(db(), `<shop>${items.join('')}</shop>`);
    expect(report.rows.rejected).toBe(0);
    expect(report.notes.join()).toContain('Of texts in several languages the first is taken');
    expect(await told()).toEqual([
      ['A', 'Cup', null, true, { 'name.language.de': 'Tasse' }],
      ['B', 'Pot', null, true, {}],
      ['C', 'Jug', null, true, { 'name.language.de': 'Kanne' }],
    ]);
  },
);
