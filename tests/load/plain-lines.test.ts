import { Readable } from 'node:stream';
import fc from '../setup/property.js';
import { describe, expect, it } from 'vitest';
import type { FieldDefinition, FieldType } from '../../src/product/field.js';
import { openSource } from '../../src/source/open.js';
import { cellOf, fieldOf, outcomeOf, someColumns, someOptions, type Reading } from './byte-rows.js';

interface Setting extends Reading {
  text: string | Buffer;
  delimiter: string;
  quote: string;
}

async function outcome(setting: Setting, byBytes: boolean): ReturnType<typeof outcomeOf> {
  const { delimiter, quote } = setting;
  const source = await openSource(
    {
      ...{ file: '-', format: 'csv', sheet: null, member: null, encoding: 'utf-8', escape: '"' },
      ...{ delimiter, quote, recognise: () => 0 },
    },
    Readable.from([Buffer.from(setting.text)]),
  );
  return outcomeOf(source, setting, byBytes);
}

const settings: fc.Arbitrary<Setting> = fc
  .record({
    names: someColumns,
    options: someOptions,
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
  })
  .map(({ names, rows, delimiter, quote, rowEnd, options }) => {
    const line = (cells: string[], quoting: boolean[]) =>
      cells.map((text, at) => written(text, quoting[at]!, delimiter, quote)).join(delimiter);
    const lines = [
      names.join(delimiter),
      ...rows.map(({ cells, quoting, extra }) =>
        line([...names.map((name) => cells[name]!), 'x'].slice(0, names.length + extra), quoting),
      ),
    ];
    return { text: `${lines.join(rowEnd)}${rowEnd}`, delimiter, quote, ...options };
  });

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
