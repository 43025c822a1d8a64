import { Readable } from 'node:stream';
import fc from '../setup/property.js';
import { describe, expect, it } from 'vitest';
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
import { openSource } from '../../src/source/open.js';

interface Setting {
  text: string | Buffer;
  delimiter: string;
  quote: string;
  parse: Partial<ParseOptions>;
  header: Partial<HeaderOptions>;
  withActions: boolean;
  keepBlank: boolean;
}

/** What comes of the rows, in their order, by bytes where that is possible, or by text alone. */
async function outcome(
  setting: Setting,
  byBytes: boolean,
): Promise<{ all: unknown[]; taken: number }> {
  const { delimiter, quote, withActions, keepBlank } = setting;
  const source = await openSource(
    {
      ...{ file: '-', format: 'csv', sheet: null, member: null, encoding: 'utf-8', escape: '"' },
      ...{ delimiter, quote, recognise: () => 0 },
    },
    Readable.from([Buffer.from(setting.text)]),
  );
  const plan = planReading(source.head, {
    ...{ headerRow: 1, map: [], profile: 'none', extra: 'keep', ...setting.header },
  });
  const parser = createParser(plan, {
    ...{ action: 'upsert', decimal: 'auto', owner: null, allowMangled: false, isText: true },
    ...{ roundsPrices: false, stripsGuards: true, ...setting.parse },
    widths: new Widths(plan.columns.length, source.sample, 'auto'),
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

const fieldOf = (type: FieldType, rules: Partial<FieldDefinition> = {}): FieldDefinition => ({
  ...{ name: type, label: null, type, required: false, min: null, max: null },
  ...{ choices: null, decimal: null, aliases: [], isIndexed: false, ...rules },
});

/** A field of each type, with the limits that it can have. */
const someFields = fc
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

const headers = ['sku', 'name', 'description', 'price', 'active', 'images', 'colour', 'size', '9'];

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

const cellOf = Object.fromEntries(
  [...headers, ...fieldTypes].map((header) => {
    const usual = { weight: 30, arbitrary: usualOf[header] ?? word };
    return [header, fc.oneof(usual, { weight: 1, arbitrary: cell })];
  }),
);

const settings: fc.Arbitrary<Setting> = fc
  .record({
    columns: fc
      .shuffledSubarray([...headers, ...fieldTypes], { minLength: 2 })
      .map((names) => [...new Set(['sku', 'name', ...names])]),
    order: fc.boolean(),
    fields: someFields,
    dateOrder: fc.constantFrom('ymd' as const, 'dmy' as const),
    marks: fc.constantFrom(null, '.' as const, ',' as const),
    rows: fc.array(
      fc.record({
        cells: fc.record(cellOf),
        quoting: fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
        extra: fc.constantFrom(...Array<number>(14).fill(0), -1, 1),
      }),
      { maxLength: 12 },
    ),
    delimiter: fc.constantFrom(',', ';', '\t', '|', '~'),
    quote: fc.constantFrom('"', '"', "'"),
    rowEnd: fc.constantFrom('\n', '\r\n', '\r'),
    withActions: fc.boolean(),
    keepBlank: fc.boolean(),
    decimal: fc.constantFrom('auto' as const, '.' as const, ',' as const),
    roundsPrices: fc.boolean(),
    allowMangled: fc.boolean(),
    owner: fc.constantFrom(null, null, 'me', 'é\\'),
    nullWords: fc.constantFrom(undefined, ['NULL,n/a'], ['name=x,é', 'Nils'], ['\\N']),
  })
  .map(({ columns, order, rows, delimiter, quote, rowEnd, ...other }) => {
    const names = order ? columns : [...columns].reverse();
    const line = (cells: string[], quoting: boolean[]) =>
      cells.map((text, at) => written(text, quoting[at]!, delimiter, quote)).join(delimiter);
    const lines = [
      names.join(delimiter),
      ...rows.map(({ cells, quoting, extra }) =>
        line([...names.map((name) => cells[name]!), 'x'].slice(0, names.length + extra), quoting),
      ),
    ];
    const { decimal, roundsPrices, allowMangled, owner, nullWords, withActions, keepBlank } = other;
    const { dateOrder, fields } = other;
    const marks = other.marks === null ? undefined : sameMarks(names.length, other.marks);
    return {
      ...{ text: `${lines.join(rowEnd)}${rowEnd}`, delimiter, quote, withActions, keepBlank },
      parse: { decimal, roundsPrices, allowMangled, owner, dateOrder, marks },
      header: { nullWords, fields },
    };
  });

function sameMarks(columns: number, mark: '.' | ','): Map<number, '.' | ','> {
  return new Map(Array.from({ length: columns }, (_, at) => [at, mark]));
}

/** Sometimes with quotes where none are needed, and sometimes wrongly without. */
function written(text: string, isQuoted: boolean, delimiter: string, quote: string): string {
  if (isQuoted || text.includes(delimiter) || /[\r\n]/.test(text)) {
    return quote + text.replaceAll(quote, quote + quote) + quote;
  }
  return text;
}

const plain: Setting = {
  ...{ text: '', delimiter: ',', quote: '"', withActions: false, keepBlank: true },
  ...{ parse: {}, header: {} },
};

describe('rows that go to COPY as bytes', () => {
  it('come out as the parser would have them, whatever the file and the options', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(settings, async (setting) => {
        const byBytes = await outcome(setting, true);
        taken += byBytes.taken;
        expect(byBytes.all).toEqual((await outcome(setting, false)).all);
      }),
      { numRuns: 400 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it.each([
    ['texts with line ends, tabs, backslashes and quotes', 'a-1,Lamp,"6"" \\ wide,\n\tred"'],
    ['letters beyond ASCII', 'a-1,Żółta lampa,Лампа жёлтая'],
    ['blank cells', 'a-1,Lamp,'],
    ['prices, flags and images', 'a-1,Lamp,x,9.90,true,https://a.example/b.jpg,red'],
    ['a name that begins like NULL', 'a-1,Nils,x'],
  ])('hold %s', async (_, line) => {
    const header = 'sku,name,description,price,active,images,colour';
    const width = line.includes('https') ? 7 : 3;
    const columns = header.split(',').slice(0, width).join(',');
    const setting = { ...plain, text: `${columns}\n${line}\nb-2,Two,${','.repeat(width - 3)}\n` };
    const byBytes = await outcome(setting, true);
    expect(byBytes.taken).toBe(2);
    expect(byBytes.all).toEqual((await outcome(setting, false)).all);
  });

  it.each([
    ["'5", 'Lamp', 'x'],
    ['=1', 'Lamp', 'x'],
    ['#MANGLED! 1', 'Lamp', 'x'],
    ['2-Jan', 'Lamp', 'x'],
    ['1.2E+05', 'Lamp', 'x'],
    ['Jan-24', 'Lamp', 'x'],
    ['sku', 'name', 'description'],
    ['---', '---', '---'],
    ['Ä-1', 'Lamp', 'x'],
    ['a-1', 'Lamp ', 'x'],
    ['a-1', '', 'x'],
    ['a-1', 'x'.repeat(256), 'x'],
    ['a-1', 'Lamp', '\\N'],
    ['a-1', 'Lamp', 'NULL'],
    ['a-1', 'Lamp', ' '],
    ['a-1', 'Lamp', '#DAMAGED! x'],
  ])('are not what the parser has to look at: %s,%s,%s', async (...cells) => {
    const text = `sku,name,description\n${cells.join(',')}\n`;
    const byBytes = await outcome({ ...plain, text }, true);
    expect(byBytes.taken).toBe(0);
  });

  it('are not the rest of a record whose quotes were misplaced', async () => {
    const text = 'sku,name\na-1,"L"amp\nb-2,Two\nc-3,Three\n';
    const byBytes = await outcome({ ...plain, text }, true);
    expect(byBytes.all).toEqual((await outcome({ ...plain, text }, false)).all);
  });

  it.each<[type: FieldType, cell: string, json: unknown]>([
    ['text', 'Größe "6', 'Größe "6'],
    ['integer', '12', 'number 12'],
    ['integer', '-4', 'number -4'],
    ['number', '2.50', 'number 2.5'],
    ['number', '2,5', 'number 2.5'],
    ['number', '1234.567', 'number 1234.567'],
    ['number', '0.00', 'number 0'],
    ['money', '12', '12.00'],
    ['money', '12.5', '12.50'],
    ['money', '0,1250', '0.125'],
    ['money', '9,95 €', '9.95'],
    ['date', '2024-02-29', '2024-02-29'],
    ['date', '2024-1-5', '2024-01-05'],
    ['gtin', '4006381333931', '4006381333931'],
    ['gtin', '96385074', '96385074'],
    ['gtin', '978-3-16-148410-0', '9783161484100'],
    ['choice', 'new', 'new'],
    ['choice', 'GRÖßE', 'Größe'],
    ['boolean', 'yes', true],
    ['boolean', 'Nein', false],
    ['url', 'https://a.example/b?c=1', 'https://a.example/b?c=1'],
    ['list', 'a|b c', ['a', 'b c']],
  ])('hold a field of type %s: %s', async (type, cell, json) => {
    const fields = [fieldOf(type, type === 'choice' ? { choices: ['new', 'Größe'] } : {})];
    const cells = cell.includes(',') || cell.includes('"') ? written(cell, true, ',', '"') : cell;
    const setting = {
      ...plain,
      text: `sku,name,${type}\nab-1,Lamp,${cells}\n`,
      header: { fields },
    };
    const byBytes = await outcome(setting, true);
    const asText = cell.includes('"') && type !== 'text';
    expect(byBytes.taken).toBe(asText ? 0 : 1);
    expect(byBytes.all[0]).toMatchObject([2, 'ab-1', { attributes: { [type]: json } }]);
    expect(byBytes.all).toEqual((await outcome(setting, false)).all);
  });

  it.each<[type: FieldType, cell: string, rules?: Partial<FieldDefinition>]>([
    ['integer', '1.5'],
    ['integer', '13', { max: '12' }],
    ['integer', '-1', { min: '0' }],
    ['integer', '', { required: true }],
    ['text', '', { required: true }],
    ['number', '1.234'],
    ['number', '0.5', { min: '0.50001' }],
    ['money', '-5'],
    ['date', '2026-02-29'],
    ['date', '2025-12-31', { min: '2026-01-01' }],
    ['gtin', '4006381333932'],
    ['choice', 'old', { choices: ['new'] }],
    ['boolean', 'perhaps'],
    ['url', 'ftp://a.example/b'],
    ['list', '||'],
  ])('are none where a field of type %s holds "%s" (%j)', async (type, cell, rules = {}) => {
    const header = { fields: [fieldOf(type, rules)] };
    const setting = { ...plain, text: `sku,name,${type}\nab-1,Lamp,${cell}\n`, header };
    expect((await outcome(setting, true)).taken).toBe(0);
  });

  it('are none where a byte is not sound', async () => {
    const text = Buffer.concat([
      Buffer.from('sku,name\na-1,L'),
      Buffer.from([0xff]),
      Buffer.from('\n'),
    ]);
    expect((await outcome({ ...plain, text }, true)).taken).toBe(0);
  });
});
