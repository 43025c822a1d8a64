import fc from '../setup/property.js';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { openSource } from '../../src/source/open.js';
import type { SourceRow, Taker } from '../../src/source/source.js';
import { openXlsx } from '../../src/source/xlsx/xlsx.js';
import { withFile, workbookParts, type WorkbookXml } from '../source/workbook.js';
import { zip } from '../source/zip.js';
import { cellOf, fieldOf, outcomeOf, someColumns, someOptions, type Reading } from './byte-rows.js';

const usual: Reading = { parse: {}, header: {}, withActions: false, keepBlank: true };

const usualNames = ['sku', 'name', 'price'];

type Outcome = Awaited<ReturnType<typeof outcomeOf>>;

/**
 * What comes of a workbook whose rows may be taken from the first one on, and what where none is
 * taken; or the error that it is.
 */
async function outcomes(
  xml: WorkbookXml,
  names: readonly string[] = usualNames,
  reading = usual,
): Promise<{ byBytes: Outcome; byText: Outcome }> {
  return withFile(zip(workbookParts(xml)), async (path) => {
    async function* rows(taker: Taker | null = null): AsyncGenerator<Iterable<SourceRow>> {
      const book = await openXlsx(path, { sheet: null, name: 'a.xlsx' });
      try {
        yield* book.rows(() => taker);
      } finally {
        await book.close();
      }
    }
    const header: SourceRow = { rowNumber: 1, line: null, cells: [...names] };
    const outcome = async (byBytes: boolean) => {
      try {
        const source = { head: [header], sample: [], dialect: null, rows };
        return await outcomeOf(source, reading, byBytes);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        return { all: [error.code, error.message], taken: 0 };
      }
    };
    return { byText: await outcome(false), byBytes: await outcome(true) };
  });
}

const formats = ['General', '0', '0.00', '#,##0', '@', '00000', 'yyyy-mm-dd', '0%', '"$"0.00'];
const styles = `<numFmts>${formats
  .map((code, at) => `<numFmt numFmtId="${200 + at}" formatCode="${inXml(code)}"/>`)
  .join('')}</numFmts><cellXfs>${formats
  .map((_, at) => `<xf numFmtId="${200 + at}"/>`)
  .join('')}</cellXfs>`;

/** What XML can't hold stands in escapes of its own. */
function inXml(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '"': '&quot;' };
  return (
    text
      .replace(/[&<"]/g, (sign) => names[sign]!)
      // eslint-disable-next-line no-control-regex
      .replace(/[\0-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]/gu, (sign) => {
        return `_x${sign.charCodeAt(0).toString(16).padStart(4, '0')}_`;
      })
  );
}

/** Ways to write a text that stand for the same, or nearly so. */
const spellings: Record<string, (xml: string) => string> = {
  usual: (xml) => xml,
  bare: (xml) => xml.replaceAll('&quot;', '"'),
  numbers: (xml) => xml.replaceAll('&amp;', '&#38;').replaceAll('\n', '&#10;'),
  apostrophes: (xml) => `${xml}&apos;`,
  returns: (xml) => xml.replaceAll('\n', '\r\n'),
  data: (xml) => `<![CDATA[${xml}]]>`,
  escape: (xml) => `${xml}_x0041_`,
  underscores: (xml) => `_${xml}_ _x`,
  comment: (xml) => `<!-- a -->${xml}`,
  noCharacter: (xml) => `${xml}\uffff`,
  wide: (xml) => `\uff21${xml}\ufeffb`,
  unknown: (xml) => `${xml}&nbsp;`,
};

interface CellParts {
  text: string;
  kind: string;
  style: number;
  spelling: string;
}

const isNumber = /^[-+]?\d*\.?\d+([eE][-+]?\d+)?$/;

/** What stands in a cell behind its reference; `shared` gives the number of a shared text. */
function cellXml(
  { text, kind, style, spelling }: CellParts,
  shared: (item: string) => number,
): string {
  const xml = spellings[spelling]!(inXml(text));
  switch (isNumber.test(text) && kind === 'str' ? 'number' : kind) {
    case 'number':
      return ` s="${style}"><v>${xml}</v></c>`;
    case 'general':
      return ` t="n"><v>${isNumber.test(text) ? xml : text.length}</v></c>`;
    case 'inline':
      return ` s="${style}" t="inlineStr"><is><t>${xml}</t></is></c>`;
    case 'kept':
      return ` t="inlineStr"><is><t xml:space="preserve">${xml}</t></is></c>`;
    case 'strKept':
      return ` t="str" xml:space="preserve"><v xml:space="preserve">${xml}</v></c>`;
    case 'keptTwice':
      return ` xml:space="preserve" t="str" xml:space="preserve"><v>${xml}</v></c>`;
    case 'runs':
      return ` t="inlineStr"><is><r><t>${xml}</t></r><r><t>b</t></r></is></c>`;
    case 'shared':
      return ` t="s"><v>${shared(`<t>${xml}</t>`)}</v></c>`;
    case 'sharedKept':
      return ` t="s" s="1"><v>${shared(`<t xml:space="preserve">${xml}</t>`)}</v></c>`;
    case 'sharedRuns':
      return ` t="s"><v>${shared(`<r><t>${xml}</t></r><rPh><t>c</t></rPh>`)}</v></c>`;
    case 'unknown':
      return ' t="s"><v>99999</v></c>';
    case 'formula':
      return ` t="str"><f>A1&amp;B1</f><v>${xml}</v></c>`;
    case 'uncalculated':
      return '><f>A1</f></c>';
    case 'error':
      return ' t="e"><v>#N/A</v></c>';
    case 'boolean':
      return ' t="b"><v>1</v></c>';
    case 'blank':
      return ` s="${style}"/>`;
    case 'empty':
      return ' t="str"><v></v></c>';
    case 'hollow':
      return '></c>';
    case 'extra':
      return ` cm="1" t="str"><v>${xml}</v></c>`;
    default:
      return ` t="str"><v>${xml}</v></c>`;
  }
}

/** Ways to write a row, by what is usual and odd about it. */
const rowKinds = {
  usual: (number, cells) => `<row r="${number}" spans="1:9">${cells.join('')}</row>`,
  high: (number, cells) => `<row r="${number}" ht="15" customHeight="1">${cells.join('')}</row>\n`,
  hidden: (number, cells) => `<row hidden="1" r="${number}">${cells.join('')}</row>`,
  twice: (number, cells) => `<row r="${number}" ht="1" ht="2">${cells.join('')}</row>`,
  broken: (number, cells) => `<row r="${number}" ht=1>${cells.join('')}</row>`,
  unnumbered: (_, cells) => `<row>${cells.join('')}</row>`,
  far: (number, cells) => `<row r="${number + 3}">${cells.join('')}</row>`,
  before: (number, cells) => `<row r="${number - 1}">${cells.join('')}</row>`,
  lines: (number, cells) => `<row r="${number}">\n  ${cells.join('\n  ')}\n</row>`,
  swapped: (number, [a = '', b = '', ...others]) =>
    `<row r="${number}">${b}${a}${others.join('')}</row>`,
  doubled: (number, [a = '', ...others]) => `<row r="${number}">${a}${a}${others.join('')}</row>`,
  unnamed: (number, cells) =>
    `<row r="${number}">${cells.join('').replace(/ r="[A-Z]+\d+"/g, '')}</row>`,
  behind: (number, cells) => `<row r="${number}">${cells.join('')}</row><row r="${number + 1}"/>`,
  prefixed: (number, cells) => `<x:row r="${number}">${cells.join('')}</x:row>`,
  unclosed: (number, cells) => `<row r="${number}">${cells.join('')}<c></row>`,
} satisfies Record<string, (number: number, cells: string[]) => string>;

const oftenUsual = <Name extends string>(weight: number, names: Name[]) =>
  fc.oneof(
    { weight, arbitrary: fc.constantFrom(...names.slice(0, 1)) },
    { weight: 1, arbitrary: fc.constantFrom(...names) },
  );

const texts = ['str', 'strKept', 'inline', 'kept', 'shared', 'sharedKept'];
const odd = [
  ...['number', 'general', 'runs', 'sharedRuns', 'unknown', 'formula', 'uncalculated', 'error'],
  ...['boolean', 'blank', 'empty', 'hollow', 'extra', 'keptTwice'],
];
const someKind = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom(...texts) },
  { weight: 1, arbitrary: fc.constantFrom(...odd) },
);

const workbooks = fc
  .record({
    names: someColumns,
    reading: someOptions,
    rows: fc.array(
      fc.record({
        cells: fc.record(cellOf),
        kinds: fc.array(someKind, { minLength: 22, maxLength: 22 }),
        spelling: oftenUsual(20, Object.keys(spellings)),
        style: fc.nat(formats.length),
        place: fc.nat(20),
        rowKind: oftenUsual(20, Object.keys(rowKinds) as (keyof typeof rowKinds)[]),
        extra: fc.constantFrom(...Array<number>(14).fill(0), -1, 1),
        skipped: fc.constantFrom(...Array<number>(9).fill(-1), 2, 3),
      }),
      { maxLength: 12 },
    ),
  })
  .map(({ names, reading, rows }) => {
    const strings: string[] = [];
    const shared = (item: string) => strings.push(`<si>${item}</si>`) - 1;
    const written = rows.map(({ cells, kinds, spelling, style, place, rowKind, ...row }, at) => {
      const number = 2 * at + 3;
      const all = [...names.map((name) => cells[name]!), 'x'].slice(0, names.length + row.extra);
      const xml = all.flatMap((text, column) => {
        if (column === row.skipped) return [];
        const reference = `<c r="${String.fromCharCode(0x41 + column)}${number}"`;
        const asItIs = column === place ? spelling : 'usual';
        const parts = { text, kind: kinds[column]!, style, spelling: asItIs };
        return [reference + cellXml(parts, shared)];
      });
      return rowKinds[rowKind](number, xml);
    });
    const header = names.map((name) => `<c t="str"><v>${name}</v></c>`).join('');
    const data = `<row r="1">${header}</row>${written.join('')}`;
    return { names, reading, xml: { rows: data, strings: strings.join(''), styles } };
  });

/** A workbook of one row below the header. */
const sheet = (cells: string, strings = ''): WorkbookXml => ({
  ...{ rows: `${headerRow}<row r="2" spans="1:3">${cells}</row>`, strings, styles },
});
const headerRow = `<row r="1">${usualNames.map((name) => `<c t="str"><v>${name}</v></c>`).join('')}</row>`;
const preserve = 'xml:space="preserve"';
const sku = '<c r="A2" t="str"><v>a-1</v></c>';
const name = '<c r="B2" t="str"><v>Lamp</v></c>';

describe('rows of a sheet that go to COPY as bytes', () => {
  it('come out as the reader of XML and the parser would have them', async () => {
    let taken = 0;
    let read = 0;
    await fc.assert(
      fc.asyncProperty(workbooks, async ({ names, reading, xml }) => {
        const { byBytes, byText } = await outcomes(xml, names, reading);
        taken += byBytes.taken;
        expect(byBytes.all).toEqual(byText.all);
        if (typeof byText.all[0] !== 'string') read++;
      }),
      { numRuns: 150 },
    );
    expect(read).toBeGreaterThan(60);
    expect(taken).toBeGreaterThan(40);
  });

  it.each([
    ['texts of formulas', sku + name],
    ['texts in cells', '<c r="A2" t="inlineStr"><is><t>a-1</t></is></c>' + name],
    ['texts with blanks', `${sku}<c t="inlineStr"><is><t xml:space="preserve">L p</t></is></c>`],
    ['texts with all blanks', `${sku}<c t="str" ${preserve}><v ${preserve}>L p</v></c>`],
    ['shared texts', '<c r="A2" t="s"><v>0</v></c><c r="B2" s="1" t="s"><v>1</v></c>'],
    ['texts with references', `${sku}<c t="str"><v>&lt;b&gt; &amp; &quot;c&quot; &apos;_</v></c>`],
    ['letters beyond ASCII', `${sku}<c t="str"><v>Größe Ａ🎁 b</v></c>`],
    ['line ends and tabs', `${sku}<c t="str"><v>a\n\tb</v></c>`],
    ['blank cells', `${sku}${name}<c r="C2" s="3"/><c r="D2" t="str"><v></v></c>`],
    ['cells that say their place', `${sku}${name}<c r="C2" t="str"><v>2.50</v></c>`],
    ['numbers', `<c r="A2"><v>1234</v></c>${name}<c r="C2" s="2"><v>9.5</v></c>`],
    ['numbers in thousands', `<c r="A2"><v>1234</v></c>${name}<c r="C2" s="3"><v>1234</v></c>`],
  ])('hold %s', async (_, cells) => {
    const { byBytes, byText } = await outcomes(
      sheet(cells, '<si><t>b-2</t></si><si><t>B</t></si>'),
    );
    expect(byBytes.taken).toBe(1);
    expect(byBytes.all).toEqual(byText.all);
  });

  it.each([
    ['an escape', `${sku}<c t="str"><v>a_x000D_b</v></c>`],
    ['a shared text with an escape', `${sku}<c t="s"><v>2</v></c>`],
    ['rich text', `${sku}<c t="inlineStr"><is><r><t>a</t></r></is></c>`],
    ['a formula', `${sku}<c t="str"><f>A1</f><v>b</v></c>`],
    ['an error', `${sku}${name}<c t="e"><v>#N/A</v></c>`],
    ['yes or no', `${sku}${name}<c t="b"><v>1</v></c>`],
    ['a date', `${sku}<c s="6"><v>45000</v></c>`],
    ['a number with leading zeros', `<c s="5"><v>12</v></c>${name}`],
    ['a share', `${sku}${name}<c s="7"><v>0.5</v></c>`],
    ['a SKU with decimals', `<c s="2"><v>12.5</v></c>${name}`],
    ['more digits than Excel keeps', `${sku}<c><v>0.1000000000000001</v></c>`],
    ['a number with a zero before', `${sku}<c><v>007</v></c>`],
    ['the end of a line as Windows has it', `${sku}<c t="str"><v>a\r\nb</v></c>`],
    ['a number with an exponent', `${sku}${name}<c><v>1E+3</v></c>`],
    ['a cell beyond the header', `${sku}${name}<c r="D2" t="str"><v>x</v></c>`],
    ['a number with a zero behind', `${sku}<c><v>2.50</v></c>`],
    ['cells out of order', '<c r="C2"><v>2</v></c>' + sku + name],
  ])('are none where there is %s', async (_, cells) => {
    const strings = '<si><t>a</t></si><si><t>b</t></si><si><t>a_x0041_</t></si>';
    const { byBytes, byText } = await outcomes(sheet(cells, strings));
    expect(byBytes.taken).toBe(0);
    expect(byBytes.all).toEqual(byText.all);
  });

  it.each([
    ['a cell that comes twice', sku + sku + name],
    ['a text that is none of its own', `${sku}<c t="s"><v>7</v></c>`],
    ['an entity that nobody knows', `${sku}<c t="str"><v>&nbsp;</v></c>`],
    ['a character that XML forbids', `${sku}<c t="str"><v>a\uffffb</v></c>`],
    ['an attribute that comes twice', `${sku}<c s="1" s="1" t="str"><v>a</v></c>`],
    ['markup that is left open', `${sku}<c t="str"><v>a</c>`],
  ])('do not hide %s', async (_, cells) => {
    const { byBytes } = await outcomes(sheet(cells));
    expect(byBytes.all[0]).toBe('workbook_damaged');
  });

  it.each([
    ['that come again', '<row r="2">a</row><row r="2">a</row>', 'workbook_damaged'],
    ['out of order', '<row r="3">a</row><row r="2">a</row>', 'workbook_damaged'],
    ['beyond the last', '<row r="99999999">a</row>', 'workbook_damaged'],
    ['with an attribute twice', '<row r="2" ht="1" ht="2">a</row>', 'workbook_damaged'],
    ['in a comment', '<!-- <row r="2">a</row> --><row r="3">a</row>', 1],
    ['without numbers', '<row>a</row><row r="5">a</row><row spans="1:3">a</row>', 3],
    ['with blanks between', '\n <row r="2">a</row>\n\t<row r="9">a</row>\r\n', 2],
    ['that are blank', '<row r="2"/><row r="3"></row><row r="4"><c r="A4"/></row><row>a</row>', 1],
  ])('come out alike, or are refused, as rows %s', async (_, rows, expected) => {
    const cells = sku.replace(' r="A2"', '') + name.replace(' r="B2"', '');
    const xml = { rows: headerRow + rows.replaceAll('>a<', `>${cells}<`) };
    const { byBytes, byText } = await outcomes(xml);
    expect(byBytes.all).toEqual(byText.all);
    expect(typeof expected === 'string' ? byBytes.all[0] : byBytes.taken).toBe(expected);
  });

  it('are none where a number is of a field of numbers whose texts have a comma', async () => {
    const reading: Reading = {
      ...usual,
      header: { fields: [fieldOf('number', { name: 'weight' })] },
      parse: { marks: new Map([[2, ',']]) },
    };
    const xml = sheet(`${sku}${name}<c><v>1.234</v></c>`);
    const { byBytes, byText } = await outcomes(xml, ['sku', 'name', 'weight'], reading);
    expect(byBytes.all).toEqual(byText.all);
    expect(byBytes.taken).toBe(0);
  });

  it('are given in their order, behind those that were read to find the header', async () => {
    const rows = Array.from({ length: 3000 }, (_, at) => {
      const place = `<c r="A${at + 2}" t="str"><v>a-${at}</v></c>`;
      // Every seventh has a name that only the parser knows to trim.
      return `<row r="${at + 2}">${place}<c t="str"><v>Lamp${at % 7 ? '' : ' '}</v></c></row>`;
    });
    const header = '<row r="1"><c t="str"><v>sku</v></c><c t="str"><v>name</v></c></row>';
    const content = zip(workbookParts({ rows: header + rows.join('') }));
    await withFile(content, async (file) => {
      const asked = { sheet: null, member: null, encoding: 'auto', escape: '"' } as const;
      const how = { format: 'auto', delimiter: 'auto', quote: '"', recognise: () => 0 } as const;
      const outcome = async (isByBytes: boolean) => {
        const source = await openSource({ file, ...asked, ...how });
        return outcomeOf(source, usual, isByBytes).finally(() => source.close());
      };
      const byBytes = await outcome(true);
      expect(byBytes.taken).toBeGreaterThan(2000);
      const { all } = await outcome(false);
      expect(byBytes.all).toEqual(all);
    });
  });
});
