import { expect } from 'vitest';
import fc from '../setup/property.js';
import { PlainLines } from '../../src/load/plain-lines.js';
import { StagingText } from '../../src/load/staging-text.js';
import { createParser } from '../../src/product/parse.js';
import { planReading, type HeaderOptions } from '../../src/product/plan.js';
import { checkDigit } from '../../src/product/field-types.js';
import {
  fieldTypes,
  isNumeric,
  type FieldDefinition,
  type FieldType,
} from '../../src/product/field.js';
import type { ParsedProduct } from '../../src/product/product.js';
import type { ParseOptions } from '../../src/product/rejected-row.js';
import { Widths } from '../../src/product/widths.js';
import type { Source } from '../../src/source/source.js';

/** How rows are to be read, whatever file they stand in. */
export interface Reading {
  parse: Partial<ParseOptions>;
  header: Partial<HeaderOptions>;
  withActions: boolean;
  keepBlank: boolean;
}

/** What comes of the rows, in their order, by bytes where that is possible, or by text alone. */
export async function outcomeOf(
  source: Pick<Source, 'head' | 'sample' | 'dialect' | 'rows'>,
  { withActions, keepBlank, ...setting }: Reading,
  byBytes: boolean,
): Promise<{ all: unknown[]; taken: number }> {
  const isText = source.dialect !== null;
  const plan = planReading(source.head, {
    ...{ headerRow: 1, map: [], profile: 'none', extra: 'keep', ...setting.header },
  });
  const parser = createParser(plan, {
    ...{ action: 'upsert', decimal: 'auto', owner: null, allowMangled: false, isText },
    ...{ roundsPrices: false, stripsGuards: isText, ...setting.parse },
    widths: isText ? new Widths(plan.columns.length, source.sample, 'auto') : undefined,
  });
  const { owner } = setting.parse;
  const present = owner ? [...plan.present, 'owner' as const] : plan.present;
  const text = new StagingText(present, withActions, keepBlank);
  const all: unknown[] = [];
  let taken = 0;
  const product = (rowNumber: number, sku: string) =>
    void all.push([rowNumber, sku, fieldsOf(text.take(true)!.toString(), text.columns)]);
  const sink = {
    product: (parsed: ParsedProduct) => {
      text.add(parsed);
      product(parsed.rowNumber, parsed.sku);
    },
    reject: (rejects: unknown, sku: string | null) => void all.push([rejects, sku]),
    skipped: (rowNumber: number) => void all.push(rowNumber),
  };
  const taker = PlainLines.of(parser.plainRows, text, source.dialect, plan.dataRowNumber, (row) => {
    taken++;
    product(row.rowNumber, row.bytes.toString('utf8', row.skuFrom, row.skuTo));
  });
  for await (const rows of source.rows(byBytes ? taker : null)) {
    for (const row of rows) if (row.rowNumber >= plan.dataRowNumber) parser.push(row, sink);
  }
  parser.finish(sink);
  all.push(text.written, parser.warnings(), parser.pricesRounded(), parser.guardedSkus());
  return { all, taken };
}

/**
 * The fields of one line of COPY by their columns; JSON does not depend on the order of its keys,
 * and its numbers have to be the same digit by digit.
 */
function fieldsOf(line: string, columns: string): Record<string, unknown> {
  expect(line.endsWith('\n')).toBe(true);
  const fields = line.slice(0, -1).split('\t');
  const names = columns.split(', ');
  expect(fields).toHaveLength(names.length);
  return Object.fromEntries(
    names.map((name, at) => {
      const field = fields[at]!;
      const isJson = name === 'attributes' && field !== '\\N';
      return [name, isJson ? (JSON.parse(quotedNumbers(unescaped(field))) as unknown) : field];
    }),
  );
}

function quotedNumbers(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/gsu, (part) =>
    part.startsWith('"') ? part : `"number ${part}"`,
  );
}

function unescaped(field: string): string {
  const letters: Record<string, string> = { n: '\n', t: '\t', r: '\r' };
  return field.replace(/\\(.)/gsu, (_, sign: string) => letters[sign] ?? sign);
}

export const fieldOf = (
  type: FieldType,
  rules: Partial<FieldDefinition> = {},
): FieldDefinition => ({
  ...{ name: type, label: null, type, required: false, min: null, max: null },
  ...{ choices: null, decimal: null, aliases: [], isIndexed: false, ...rules },
});

/** A field of each type, with the limits that it can have. */
export const someFields = fc
  .record({
    min: fc.constantFrom(null, null, null, null, '0', '-5', '1.5', '123456789012345678'),
    max: fc.constantFrom(null, null, null, null, '12', '99.5', '0.30000000000000004'),
    required: fc.constantFrom(false, false, true),
    decimal: fc.constantFrom(null, null, ',' as const, '.' as const),
    from: fc.constantFrom(null, null, '2026-01-01'),
  })
  .map(({ min, max, required, decimal, from }) =>
    fieldTypes.map((type) =>
      fieldOf(type, {
        ...(isNumeric(type) ? { min, max, decimal } : {}),
        ...(type === 'date' ? { min: from } : {}),
        ...(type === 'choice' ? { choices: ['new', 'Größe', 'a"b', "a''b", '1', 'TRUE'] } : {}),
        ...(type === 'integer' || type === 'text' ? { required } : {}),
      }),
    ),
  );

const number = fc.oneof(
  fc.stringMatching(/^[0-9]{1,2}([.,][0-9]{1,4})?$/),
  fc.stringMatching(/^-?[0-9]{1,13}([.,][0-9]{1,5})?$/),
  fc.constantFrom('-0', '-0.00', '0', '0.10', '.5', '5.', '1.234', '0,123', '1 234', '9,95 €'),
);

/** What a field of each type holds, and what is nearly that. */
const ownCells: Record<FieldType, fc.Arbitrary<string>> = {
  text: fc.constantFrom('red', 'a"b', 'Größe', ' x', '-'),
  integer: fc.oneof({ weight: 6, arbitrary: fc.stringMatching(/^-?\d{1,4}$/) }, number),
  number,
  money: number,
  boolean: fc.constantFrom('true', 'no', '1', 'Nein', 'maybe'),
  date: fc.oneof(
    fc.stringMatching(/^(202[0-9]|0000|1900)-[01][0-9]-[0-3][0-9]$/),
    fc.constantFrom('2026-1-5', '31.01.2026', '20260131', '2024-02-29', '2023-02-29'),
  ),
  choice: fc.constantFrom('new', 'NEW', 'Größe', 'größe', 'a"b', "a''b", "a'b", ' new', '1'),
  gtin: fc.oneof(
    fc
      .oneof(...[7, 10, 11, 12, 13].map((length) => fc.stringMatching(RegExp(`^\\d{${length}}$`))))
      .map((body) => body + checkDigit(body)),
    fc.stringMatching(/^\d{13}$/),
    fc.constantFrom('978-3-16-148410-0'),
  ),
  url: fc.constantFrom(
    'https://a.example/b',
    'https://a.example/b|https://a.example/c',
    'HTTP://a',
  ),
  list: fc.constantFrom('a', 'a|b', 'a, b', 'a\\|b', '|', 'ä|"b"'),
};

export const headers = [
  'sku',
  'name',
  'description',
  'price',
  'active',
  'images',
  'colour',
  'size',
  '9',
];

const odd = [
  ...[
    '',
    ' ',
    '\t',
    '\u00a0',
    '\ufeff',
    '\u200b',
    '\u3000',
    ' x',
    'x ',
    'é',
    'Жук',
    '漢字',
    '한',
    '🎁',
  ],
  ...[
    'NULL',
    'NULL ',
    'N',
    'NU',
    'Nils',
    '\\N',
    '\\',
    'a\\b',
    'a\tb',
    'a\nb',
    'a\rb',
    'a\r\nb',
    '\x07',
  ],
  ...['"', '""', 'a"b', '"a"', "'", "a''b", "'5", '="5"', '=1', '#DAMAGED! x', '#MANGLED! 1', '#1'],
  ...[
    '1',
    '0',
    '01',
    '1.5',
    '1,5',
    '1.234',
    '12.340',
    '1e5',
    '1.2E+05',
    '1.5E-12',
    '99¢',
    '-1',
    '.5',
  ],
  ...[
    'true',
    'false',
    'yes',
    'TRUE',
    'hidden',
    'ja',
    'maybe',
    '1-2',
    '01/02/2024',
    '2-Jan',
    'Jan-24',
  ],
  ...['sku', 'SKU', 'name', 'code-1', 'item', 'itemised', '---', '\x1a', 'abcd', 'a-b', 'price'],
  ...[
    'https://a.example/b.jpg',
    'https://a.example/b|https://a.example/c',
    'b.jpg',
    'x'.repeat(256),
  ],
  ...[
    '\u0000',
    '\ud83d\ude00é',
    'e\u0301',
    '\u00ad',
    'ok\u00ad',
    'ok\u200b',
    'ok\u00a0',
    '\x7f',
    'x\x7f',
  ],
];

const cell = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...odd) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom(...odd), { maxLength: 3 }).map((a) => a.join('')),
  },
);

const usualOf: Record<string, fc.Arbitrary<string>> = {
  ...ownCells,
  price: fc.stringMatching(/^[1-9]\d{0,2}(\.\d{1,2})?$/),
  active: ownCells.boolean,
  images: fc.constantFrom('https://a.example/b.jpg', 'https://a.example/b|https://a.example/c'),
};
const word = fc.stringMatching(/^[A-Za-z]{4,9}[ -][a-z0-9]{1,9}$/);

/** What stands below each header: usual cells, and odd ones. */
export const cellOf = Object.fromEntries(
  [...headers, ...fieldTypes].map((header) => {
    const usual = { weight: 30, arbitrary: usualOf[header] ?? word };
    return [header, fc.oneof(usual, { weight: 1, arbitrary: cell })];
  }),
);

/** Options of a load that decide how cells are read. */
export const someOptions = fc
  .record({
    fields: someFields,
    dateOrder: fc.constantFrom('ymd' as const, 'dmy' as const),
    mark: fc.constantFrom(null, '.' as const, ',' as const),
    withActions: fc.boolean(),
    keepBlank: fc.boolean(),
    decimal: fc.constantFrom('auto' as const, '.' as const, ',' as const),
    roundsPrices: fc.boolean(),
    allowMangled: fc.boolean(),
    owner: fc.constantFrom(null, null, 'me', 'é\\'),
    nullWords: fc.constantFrom(undefined, ['NULL,n/a'], ['name=x,é', 'Nils'], ['\\N']),
  })
  .map(({ fields, nullWords, withActions, keepBlank, mark, ...parse }): Reading => {
    const every = [...headers, ...fieldTypes].keys();
    const marks = mark === null ? undefined : new Map([...every].map((at) => [at, mark]));
    return { withActions, keepBlank, parse: { ...parse, marks }, header: { nullWords, fields } };
  });

/** Names of columns, in any order, the SKU's and the name's among them. */
export const someColumns = fc
  .shuffledSubarray([...headers, ...fieldTypes], { minLength: 2 })
  .chain((names) => {
    const all = [...new Set(['sku', 'name', ...names])];
    return fc.constantFrom(all, [...all].reverse());
  });
