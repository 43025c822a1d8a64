import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from '../setup/property.js';
import { expect, test } from 'vitest';
import { writeText } from '../../src/output/rows.js';
import { plainDialect, readIrregularRecord } from '../../src/source/csv.js';
import type { Dialect } from '../../src/source/source.js';
import { useFolder } from '../setup/folder.js';
import { cellsOf, readText } from './reading.js';

const folder = useFolder();

const difficult = fc.constantFrom(
  '"',
  '""',
  ',',
  ';',
  '\t',
  '|',
  '\n',
  '\r',
  '\r\n',
  ' ',
  '\\.',
  'é',
  '😀',
);
const cell = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.oneof(difficult, fc.string({ maxLength: 3 }))).map((parts) => parts.join('')),
  )
  .map((text) => text.replaceAll('\0', ''));
const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 8 });
const dialect = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  record_delimiter: fc.constantFrom('\n', '\r\n', '\r'),
  quoted: fc.boolean(),
  eof: fc.boolean(),
});
const chunking = fc.record({
  chunkBytes: fc.integer({ min: 1, max: 64 }),
  pieceBytes: fc.integer({ min: 1, max: 64 }),
});

/** Quotes that each stand alone between delimiters are no quotes around a text with line ends. */
function areTakenApart(rows: string[][], delimiter: string): boolean {
  const texts = rows
    .flat()
    .filter((text) => text.startsWith(delimiter) || text.endsWith(delimiter));
  const ends = ['\r', '\n', '\x1e'];
  return texts.length > 0 && rows.flat().some((text) => ends.some((end) => text.includes(end)));
}

function withoutBlankRows(rows: string[][]): string[][] {
  return rows.filter((cells) => cells.some((text) => text.trim() !== ''));
}

test('gives any table back, whatever the dialect it was written in and where chunks end', () => {
  fc.assert(
    fc.property(table, dialect, chunking, (rows, written, chunks) => {
      const text = stringify(rows, { ...written, quoted_match: /[\r\n]/ });
      const read = readText(text, { ...chunks, delimiter: written.delimiter });
      const isRejected = read.some((row) => 'unreadable' in row);
      if (isRejected && areTakenApart(rows, written.delimiter)) return;
      expect(cellsOf(read)).toEqual(withoutBlankRows(rows));
    }),
    { numRuns: 1500 },
  );
});

const ownDialect = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|', '~', '^', '\x01', '\x1f', '§', ' '),
  quote: fc.constantFrom('"', "'", '`', '«'),
  escape: fc.constantFrom<'"' | '\\'>('"', '\\'),
  blankBehind: fc.boolean(),
  rowEnd: fc.constantFrom(null, '\x1e'),
});

/** What is written of rows as they were read, and read again. */
async function writtenAndRead(rows: string[][], dialect: Dialect, chunks: object) {
  const path = folder.path('table.csv');
  await writeText(path, each(rows), { ...dialect, hasMark: false });
  return cellsOf(readText(readFileSync(path), { ...dialect, ...chunks }));
}

async function* each(rows: string[][]): AsyncGenerator<string[]> {
  for (const row of rows) yield await Promise.resolve(row);
}

test('gives any table back that it wrote itself, in every dialect that it reads', async () => {
  await fc.assert(
    fc.asyncProperty(table, ownDialect, chunking, async (rows, own, chunks) => {
      const blankBehind = own.blankBehind && own.delimiter !== ' ';
      const read = await writtenAndRead(rows, { ...plainDialect, ...own, blankBehind }, chunks);
      if (read.includes('quote_misplaced') && areTakenApart(rows, own.delimiter)) return;
      expect(read).toEqual(withoutBlankRows(rows));
    }),
    { numRuns: 500 },
  );
});

test('gives a table back whose cells hold no delimiter, where quotes are text', async () => {
  const rowEnds = new RegExp(`[;\\r\\n\\ufeff${'\x1e'}]`, 'g');
  const plain = cell.map((text) => text.replace(rowEnds, ''));
  const plainTable = fc.array(fc.array(plain, { minLength: 1 }));
  await fc.assert(
    fc.asyncProperty(plainTable, chunking, async (rows, chunks) => {
      const dialect = { ...plainDialect, delimiter: ';', quote: null };
      expect(await writtenAndRead(rows, dialect, chunks)).toEqual(withoutBlankRows(rows));
    }),
  );
});

const anyText = fc
  .array(fc.constantFrom('"', '"', ',', '\n', '\r', ' ', 'a', 'é', '\0'), { maxLength: 40 })
  .map((parts) => parts.join(''));

test('reads any text the same in one piece as in chunks of any size', () => {
  fc.assert(
    fc.property(anyText, chunking, (text, chunks) => {
      expect(readText(text, chunks)).toEqual(readText(text));
    }),
    { numRuns: 3000 },
  );
});

test('agrees with csv-parse about one line with any quotes', () => {
  const line = fc
    .array(fc.constantFrom('"', '"', ',', 'a', 'b'), { minLength: 1, maxLength: 16 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(line, (text) => {
      const rows = readText(text);
      const row = rows[0];
      if (row && 'unreadable' in row) return;
      const [expected] = parse(text, { relax_quotes: true, relax_column_count: true });
      expect(readIrregularRecord(text, plainDialect)).toEqual(expected);
      expect(cellsOf(rows)).toEqual(withoutBlankRows([expected ?? []]));
    }),
    { numRuns: 3000 },
  );
});
