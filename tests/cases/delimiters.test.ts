import { expect, it } from 'vitest';
import { storedProducts, useCatalogue } from '../setup/catalogue.js';
import { outcomeOf } from '../setup/outcome.js';

const db = useCatalogue();
const both = ['A | Kettle, red | 9.90', 'B | Cup, blue | 1.50'];
const rows = [
  ['sku', 'name', 'price'],
  ['A', 'Kettle, red', '9.90'],
  ['B', 'Cup, blue', '1.50'],
];
const divided = (delimiter: string, end = '\n') =>
  rows.map((cells) => cells.join(delimiter) + end).join('');

it.each([
  ['tilde', divided('~')],
  ['caret', divided('^')],
  ['control character 1', divided('\x01')],
  ['unit separator', divided('\x1f')],
  ['unit and record separators', divided('\x1f', '\x1e')],
  [
    'comma with a blank after it',
    'sku, name, price\nA, "Kettle, red", 9.90\nB, "Cup, blue", 1.50\n',
  ],
  [
    'comma, each line in quotes',
    '"sku,name,price"\n"A,""Kettle, red"",9.90"\n"B,""Cup, blue"",1.50"\n',
  ],
])('finds the %s between cells', async (_, text) => {
  const { exitCode, products } = await outcomeOf(db(), text);
  expect([exitCode, products]).toEqual([0, both]);
});

it('takes the blank after each delimiter for a part of it only where all have one', async () => {
  const all = 'sku, description, name\nA, one,  two\nB, "x, y", z\n';
  await outcomeOf(db(), all);
  const descriptions = async () => {
    return (await storedProducts(db())).map(({ description }) => description);
  };
  expect(await descriptions()).toEqual(['one', 'x, y']);
  await outcomeOf(db(), 'sku, description, name\nA, one, two\nB,x, z\n');
  expect(await descriptions()).toEqual([' one', 'x']);
});

it.each([
  ['colons', 'sku:name:price\nA:Kettle:9.90\nB:Cup:1.50\n', '--delimiter :'],
  ['blanks', '"sku" "name" "price"\n"A" "Kettle" 9.9\n"B" "Cup" 1.5\n', "--delimiter ' '"],
  ['a control character', 'sku\x02name\nA\x02Kettle\nB\x02Cup\n', "--delimiter $'\\x02'"],
  [
    'a fixed width',
    'SKU   NAME      PRICE\nA     Kettle     9.90\nB     Cup        1.50\n',
    '--delimiter',
  ],
])('refuses %s by naming the way out, never a whole line as a column', async (_, text, way) => {
  const { exitCode, refusal } = await outcomeOf(db(), text);
  expect(exitCode).toBe(2);
  expect(refusal).toContain(way);
  expect(refusal).not.toContain('--map');
});

it('loads by the advice that it gives', async () => {
  const text = 'sku:name:price\nA:Kettle, red:9.90\nB:Cup, blue:1.50\n';
  expect((await outcomeOf(db(), text, '--delimiter :')).products).toEqual(both);
});

it('still names the header of one column that it does not know', async () => {
  const { refusal } = await outcomeOf(db(), 'Artikel\nA-1\nB-2\n');
  expect(refusal).toContain('--map "Artikel=sku"');
});

it('calls a text of one column no workbook, and knows no sheets in it', async () => {
  const text = 'sku\nA\nB\n';
  const { notes } = await outcomeOf(
    db(),
    text,
    '--encoding utf-8 --delimiter auto --action delete',
  );
  expect(notes.join()).not.toContain('workbook');
  const { exitCode, refusal } = await outcomeOf(db(), 'sku,name\nA,x\n', '--sheet 2');
  expect([exitCode, refusal]).toEqual([2, expect.stringContaining('has no sheets')]);
});

it('takes a byte order mark off the beginning of a later line', async () => {
  const mark = '\ufeff';
  const text = `${mark}sku,name,price\nA,"Kettle, red",9.90\n${mark}"B","Cup, blue",1.50\n`;
  expect(await outcomeOf(db(), text)).toMatchObject({ exitCode: 0, products: both });
});

it.each(['\x1a', '\x1a\r\n'])('skips the mark with which DOS ends a file', async (end) => {
  const text = `sku,name,price\r\nA,"Kettle, red",9.90\r\nB,"Cup, blue",1.50\r\n${end}`;
  const { exitCode, products, notes } = await outcomeOf(db(), text, '--missing deactivate');
  expect([exitCode, products]).toEqual([0, both]);
  expect(notes.join()).toContain('DOS');
});

it('proposes the delimiter where the line for Excel names another than the rows have', async () => {
  const text = 'sep=;\nsku,name,price\nA,Kettle,9.90\n';
  const { refusal } = await outcomeOf(db(), text);
  expect(refusal).toContain("--delimiter ','");
  expect((await outcomeOf(db(), text, '--delimiter ,')).products).toEqual(['A | Kettle | 9.90']);
});

it.each(['\u0085', '\u2028'])('refuses a text whose lines end in %j alone', async (end) => {
  const lines = ['sku,name,price', 'A,Kettle,9.90', 'B,Cup,1', ''];
  const { exitCode, refusal } = await outcomeOf(db(), lines.join(end));
  expect([exitCode, refusal]).toEqual([2, expect.stringContaining('its lines end in U+')]);
});
