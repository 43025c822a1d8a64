import iconv from 'iconv-lite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { folder, readFileRows } from './reading.js';

let files: Awaited<ReturnType<typeof folder>>;
beforeAll(async () => {
  files = await folder();
});
afterAll(() => files.remove());

const text = 'sku,name,price\nA1,Café “crème” – 5 €,3\nA2,Théière,4\n';
const cells = [
  ['sku', 'name', 'price'],
  ['A1', 'Café “crème” – 5 €', '3'],
  ['A2', 'Théière', '4'],
];

test.each([
  ['utf-8', Buffer.from(text)],
  ['utf-8', Buffer.from(`\ufeff${text}`)],
  ['utf-16le', iconv.encode(text, 'utf-16le', { addBOM: true })],
  ['utf-16be', iconv.encode(text, 'utf-16be', { addBOM: true })],
  ['utf-16le', iconv.encode(text, 'utf-16le')],
  ['utf-16be', iconv.encode(text, 'utf-16be')],
  ['utf-32le', iconv.encode(text, 'utf-32le', { addBOM: true })],
  ['windows-1252', iconv.encode(text, 'windows-1252')],
])('finds %s and gives the same rows', async (encoding, bytes) => {
  const read = await readFileRows(await files.write('table.csv', bytes));
  expect(read.source.encoding).toBe(encoding);
  expect(read.cells).toEqual(cells);
});

test('says that windows-1252 was assumed, and nothing about plain UTF-8', async () => {
  const western = await readFileRows(
    await files.write('western.csv', iconv.encode(text, 'windows-1252')),
  );
  const plain = await readFileRows(await files.write('plain.csv', text));
  expect(western.source.notes).toEqual([expect.stringContaining('windows-1252')]);
  expect(plain.source.notes).toEqual([]);
});

test.each([
  ['windows-1251', 'sku,name\nA,Чайник электрический красный для дома и офиса на два литра воды\n'],
  ['windows-1250', 'sku,name\nA,Příliš žluťoučký kůň úpěl ďábelské ódy\n'],
  ['shift-jis', 'sku,name\nA,日本語の商品名です。とても良い。\n'],
])('recognises %s', async (encoding, content) => {
  const read = await readFileRows(await files.write('x.csv', iconv.encode(content, encoding)));
  expect(read.source.encoding?.replace('_', '-')).toBe(encoding);
  expect(read.cells).toEqual(
    content
      .trim()
      .split('\n')
      .map((line) => line.split(',')),
  );
});

test('reads as the encoding that was asked for', async () => {
  const file = await files.write('latin9.csv', iconv.encode('sku\n5€\n', 'iso-8859-15'));
  const read = await readFileRows(file, { encoding: 'ISO-8859-15' });
  expect(read.cells).toEqual([['sku'], ['5€']]);
});

test('rejects what is not UTF-8 where that was asked for', async () => {
  const bytes = Buffer.from('sku,name\nA,caf\xe9\nB,x\n', 'latin1');
  const read = await readFileRows(await files.write('x.csv', bytes), { encoding: 'UTF8' });
  expect(read.source.encoding).toBe('utf-8');
  expect(read.cells).toEqual([['sku', 'name'], 'invalid_encoding', ['B', 'x']]);
});

test('refuses an encoding that nobody knows', async () => {
  const file = await files.write('a.csv', 'sku\n');
  await expect(readFileRows(file, { encoding: 'klingon' })).rejects.toThrow(
    /klingon.*windows-1252/,
  );
});

test('rejects a byte that windows-1252 does not define, naming the row', async () => {
  const bytes = Buffer.concat([
    Buffer.from('sku,name\nA,'),
    Buffer.from([0xe9, 0x20, 0x81]),
    Buffer.from('\nB,'),
    Buffer.from([0xe9]),
    Buffer.from('\n'),
  ]);
  const read = await readFileRows(await files.write('81.csv', bytes), { encoding: 'windows-1252' });
  expect(read.cells).toEqual([['sku', 'name'], 'invalid_encoding', ['B', 'é']]);
  expect(read.rows[1]).toMatchObject({
    rowNumber: 2,
    unreadable: { message: expect.stringContaining('windows-1252') },
  });
});

test('rejects half a surrogate pair in UTF-16, and keeps whole ones', async () => {
  const lone = Buffer.from([0x3d, 0xd8]);
  const bytes = Buffer.concat([
    iconv.encode('sku,name\nA,😀\nB,', 'utf-16le', { addBOM: true }),
    lone,
    iconv.encode('x\nC,y\n', 'utf-16le'),
  ]);
  const read = await readFileRows(await files.write('lone.csv', bytes));
  expect(read.cells).toEqual([['sku', 'name'], ['A', '😀'], 'invalid_encoding', ['C', 'y']]);
});

test('rejects what is left of a UTF-16 file cut inside a character', async () => {
  const bytes = iconv.encode('sku,name\nA,x\nB,yy', 'utf-16le', { addBOM: true });
  const read = await readFileRows(await files.write('cut.csv', bytes.subarray(0, -1)));
  expect(read.cells).toEqual([['sku', 'name'], ['A', 'x'], 'invalid_encoding']);
});

test('rejects the odd broken byte of a file that is otherwise UTF-8', async () => {
  const bytes = Buffer.concat([
    Buffer.from('sku,name\nA,Café\nB,Théière\nC,caf'),
    Buffer.from([0xe9]),
    Buffer.from('\nD,Crème brûlée\n'),
  ]);
  const read = await readFileRows(await files.write('mostly.csv', bytes));
  expect(read.source.encoding).toBe('utf-8');
  expect(read.cells[3]).toBe('invalid_encoding');
  expect(read.rows[3]).toMatchObject({
    rowNumber: 4,
    line: 4,
    unreadable: { value: 'C,caf\\xE9' },
  });
});

test('rejects late bytes that do not fit what a long beginning looked like', async () => {
  const plain = 'A,plain text\n'.repeat(700_000);
  const bytes = Buffer.concat([Buffer.from(`sku,name\n${plain}B,caf`), Buffer.from([0xe9, 0x0a])]);
  const read = await readFileRows(await files.write('late.csv', bytes));
  expect(read.rows.at(-1)).toMatchObject({
    rowNumber: 700_002,
    unreadable: { code: 'invalid_encoding' },
  });
});
