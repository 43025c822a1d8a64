import { gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { expect, it } from 'vitest';
import { useCatalogue } from '../setup/catalogue.js';
import { outcomeOf } from '../setup/outcome.js';
import { workbookParts } from '../source/workbook.js';
import { zip } from '../source/zip.js';

const db = useCatalogue();
const raw = String.raw;

interface Case {
  text: string | Buffer;
  products: string[];
  rejects?: string[];
}

const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`;
const number = (value: string, style = 0) => `<c s="${style}"><v>${value}</v></c>`;

/** A sheet of these rows of cells, below a header, with formats of its own for styles 1 and 2. */
function sheet(rows: string[], one = '0.00', two = '0.00'): Buffer {
  const header = ['sku', 'name', 'price'].map(text).join('');
  const xml = [header, ...rows].map((row) => `<row>${row}</row>`).join('');
  const format = (id: number, code: string) =>
    `<numFmt numFmtId="${id}" formatCode="${code.replaceAll('"', '&quot;')}"/>`;
  const styles = `<numFmts>${format(170, one)}${format(171, two)}</numFmts><cellXfs><xf/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs>`;
  return zip(workbookParts({ rows: xml, styles }));
}

const cases: Record<string, Case> = {
  'a delimiter too many in every row': {
    text: 'sku,name,price\nTD-8,Spoon,1.50,\nTD-9,Fork,2.50,\n',
    products: ['TD-8 | Spoon | 1.50', 'TD-9 | Fork | 2.50'],
  },
  'a total below the products': {
    text: 'sku,name,price\nA,Spoon,1.50\nB,Fork,2.50\n,Total,4.00\n',
    products: ['A | Spoon | 1.50', 'B | Fork | 2.50'],
    rejects: ['4 required'],
  },
  'a report with pages': {
    text: 'sku\tname\tprice\n---\t-----\t-----\nA\tPot\t9.90\n\nsku\tname\tprice\n---\t----\t---\nB\tLid\t1.50\n',
    products: ['A | Pot | 9.90', 'B | Lid | 1.50'],
  },
  'Unicode text of a spreadsheet': {
    text: Buffer.concat([
      Buffer.of(0xff, 0xfe),
      iconv.encode('sku\tname\tprice\r\nA\t"Tee ""Ceylon"", lose"\t9.90\r\n', 'utf-16le'),
    ]),
    products: ['A | Tee "Ceylon", lose | 9.90'],
  },
  'a line for Excel behind a byte order mark': {
    text: '\ufeff"sep=;"\r\nsku;name;price\r\nA;Kettle;9,90\r\n',
    products: ['A | Kettle | 9.90'],
  },
  'lines that end in CR CR LF': {
    text: 'sku,name,price\r\r\nA,Kettle,9.90\r\r\nB,Cup,1.50\r\r\n',
    products: ['A | Kettle | 9.90', 'B | Cup | 1.50'],
  },
  'a NUL in a cell': {
    text: 'sku,name,price\nA,Ket\0tle,9.90\nB,Cup,1.50\n',
    products: ['B | Cup | 1.50'],
    rejects: ['2 nul_character'],
  },
  'decimal commas without quotes': {
    text: 'sku,name,price\nA,Kettle,9,90\nB,Cup,1,50\nC,Pot,4\n',
    products: ['C | Pot | 4.00'],
    rejects: ['2 column_count', '3 column_count'],
  },
  'a blank behind each comma, before quotes': {
    text: '"sku", "name", "price"\n"A", "Kettle, blue", "9.90"\n"B", "Cup", "1.50"\n',
    products: ['A | Kettle, blue | 9.90', 'B | Cup | 1.50'],
  },
  'gzip in two members': {
    text: Buffer.concat([gzipSync('sku,name,price\nA,Kettle,9.90\n'), gzipSync('B,Cup,1.50\n')]),
    products: ['A | Kettle | 9.90', 'B | Cup | 1.50'],
  },
  'prices with one separator before three digits': {
    text: 'sku,name,price\nA,Pan,2.345\nB,Pot,"2,345"\nC,Cup,0.500\nD,Oven,"2,345.678"\n',
    products: ['C | Cup | 0.50', 'D | Oven | 2345.68'],
    rejects: ['2 price_ambiguous', '3 price_ambiguous'],
  },
  'a quote behind a backslash that makes the row too long': {
    text: raw`sku,name,price
"A","Pan","10"
"B","Pan 9\", deep","20"
"C","Lid","30"
`,
    products: ['A | Pan | 10.00', 'C | Lid | 30.00'],
    rejects: ['3 column_count'],
  },
  'a date in a SKU, by a format that the workbook defines': {
    text: sheet(
      [number('45292', 1) + text('Date') + number('1'), text('A') + text('Cup') + number('1.5')],
      'd\\-mmm\\-yy',
    ),
    products: ['A | Cup | 1.50'],
    rejects: ['2 excel_date'],
  },
  'formulas with and without their value': {
    text: sheet([
      `${text('A')}${text('Cup')}<c><f>1+1</f><v>2</v></c>`,
      `${text('B')}${text('Pot')}<c><f>1+1</f></c>`,
      `<c><f>B9</f></c>${text('Lid')}${number('3')}`,
    ]),
    products: ['A | Cup | 2.00'],
    rejects: ['3 excel_error', '4 excel_error'],
  },
  'prices whose formats hold letters, and one that is a date': {
    text: sheet(
      [text('A') + text('Cup') + number('45.5', 1), text('B') + text('Pot') + number('45.5', 2)],
      '0.00 "dym"',
      'dd/mm/yy',
    ),
    products: ['A | Cup | 45.50'],
    rejects: ['3 price_invalid'],
  },
  'the noise of binary fractions': {
    text: sheet([
      text('A') + text('Cup') + number('19.989999999999998'),
      text('B') + text('Pot') + number('0.10000000000000001'),
    ]),
    products: ['A | Cup | 19.99', 'B | Pot | 0.10'],
  },
};

it.each(Object.entries(cases))('reads %s', async (_, { text: content, products, rejects = [] }) => {
  const outcome = await outcomeOf(db(), content);
  expect(outcome.refusal).toBeNull();
  expect(outcome.products).toEqual(products);
  expect(outcome.rejects).toEqual(rejects);
});
