import { describe, expect, test } from 'vitest';
import { openXlsx } from '../../src/source/xlsx/xlsx.js';
import { cellsOf, readXlsx, withFile, workbookParts } from './workbook.js';
import { zip } from './zip.js';

const TEXT_ROW = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>';
const STRINGS = '<si><t>sku</t></si>';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const text = (value: string, reference = ''): string =>
  `<c ${reference && `r="${reference}"`} t="inlineStr"><is><t>${value}</t></is></c>`;

describe('rows and cells', () => {
  test('numbers rows as the spreadsheet does and leaves blank ones out', async () => {
    const rows =
      `<row r="1">${text('a', 'A1')}</row><row r="2"/><row r="5"><c r="A5" s="1"/>${text('')}</row>` +
      `<row r="7">${text('b', 'A7')}</row><row>${text('c')}</row>`;
    const read = await readXlsx(zip(workbookParts({ rows })));
    expect(read.rows).toEqual([
      { rowNumber: 1, line: null, cells: ['a'] },
      { rowNumber: 7, line: null, cells: ['b'] },
      { rowNumber: 8, line: null, cells: ['c'] },
    ]);
  });

  test('fills gaps between cells, trims blanks at the end, and counts cells without reference', async () => {
    const rows =
      `<row r="1">${text('b', 'B1')}${text('c')}${text('aa', 'AA1')}<c r="AB1"/></row>` +
      `<row r="2">${text('x')}<c/>${text('z')}${text('')}</row>`;
    const gap = Array(23).fill('');
    expect(await cellsOf({ rows })).toEqual([
      ['', 'b', 'c', ...gap, 'aa'],
      ['x', '', 'z'],
    ]);
  });

  test('reads hidden rows', async () => {
    expect(await cellsOf({ rows: `<row r="1" hidden="1">${text('a')}</row>` })).toEqual([['a']]);
  });

  test('reads ten rows of a declared million without looking for the others', async () => {
    const sheet =
      `<worksheet xmlns="${MAIN}"><dimension ref="A1:XFD1048576"/><sheetData>` +
      Array.from({ length: 9 }, (_, i) => `<row r="${i + 1}">${text(`${i}`)}</row>`).join('') +
      `<row r="1048576">${text('last')}</row></sheetData></worksheet>`;
    const read = await readXlsx(
      zip(workbookParts({ parts: { 'xl/worksheets/sheet1.xml': sheet } })),
    );
    expect(read.rows).toHaveLength(10);
    expect(read.rows[9]).toEqual({ rowNumber: 1_048_576, line: null, cells: ['last'] });
  });

  test('gives no rows for an empty sheet', async () => {
    expect(await cellsOf({})).toEqual([]);
  });

  test('reads what stands in extensions and comments as no cells', async () => {
    const rows = `<row r="1"><!-- <c><v>1</v></c> --><c r="A1"><v>1</v><extLst><ext><v>9</v></ext></extLst></c></row>`;
    expect(await cellsOf({ rows })).toEqual([[{ kind: 'number', text: '1', format: null }]]);
  });

  test('gives many rows in batches, each row once', async () => {
    const rows = Array.from({ length: 1700 }, (_, i) => `<row>${text(`SKU-${i}`)}</row>`).join('');
    const cells = await cellsOf({ rows });
    expect(cells).toEqual(Array.from({ length: 1700 }, (_, i) => [`SKU-${i}`]));
  });
});

describe('reading', () => {
  const rows = Array.from({ length: 5000 }, (_, i) => `<row>${text(`SKU-${i}`)}</row>`).join('');
  const content = zip(workbookParts({ rows }));

  test('may stop at any row and be closed more than once', async () => {
    await withFile(content, async (path) => {
      for (let trial = 0; trial < 20; trial++) {
        const book = await openXlsx(path, { sheet: null });
        for await (const batch of book.rows()) {
          expect([...batch][0]).toMatchObject({ rowNumber: 1 });
          break;
        }
        await book.close();
        await book.close();
      }
    });
  });

  test('tells how much of the file has been read, to its last byte', async () => {
    await withFile(content, async (path) => {
      const book = await openXlsx(path, { sheet: null });
      expect(book.bytesRead()).toBeLessThan(content.length);
      let last = 0;
      for await (const batch of book.rows()) {
        expect([...batch].length).toBeLessThan(5000);
        expect(book.bytesRead()).toBeGreaterThanOrEqual(last);
        last = book.bytesRead();
      }
      expect(book.bytesRead()).toBe(content.length);
      await book.close();
    });
  });
});

describe('parts', () => {
  test('does not mind the order of the parts', async () => {
    const parts = workbookParts({ rows: TEXT_ROW, strings: STRINGS });
    expect((await readXlsx(zip([...parts].reverse()))).rows).toHaveLength(1);
    expect((await readXlsx(zip(parts))).rows).toHaveLength(1);
  });

  test('reads parts that are stored, streamed with data descriptors, or in zip64', async () => {
    const parts = workbookParts({ rows: TEXT_ROW, strings: STRINGS });
    for (const how of [{ stored: true }, { descriptor: true }, { zip64: true }]) {
      const read = await readXlsx(zip(parts.map((part) => ({ ...part, ...how }))));
      expect(read.rows).toEqual([{ rowNumber: 1, line: null, cells: ['sku'] }]);
    }
  });

  test.each([
    '/xl/data/Blatt%201.bin',
    'data/Blatt 1.bin',
    '../xl/data/./Blatt 1.bin',
    '..\\XL\\data\\blatt 1.bin',
  ])('finds the sheet at %s', async (target) => {
    const read = await readXlsx(
      zip(
        workbookParts({
          parts: {
            'xl/data/Blatt 1.bin': `<worksheet><sheetData>${TEXT_ROW}</sheetData></worksheet>`,
            'xl/texts.xml': `<sst>${STRINGS}</sst>`,
            'xl/_rels/workbook.xml.rels':
              `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="${target}"/>` +
              '<Relationship Id="rId2" Type="x/sharedStrings" Target="/xl/texts.xml"/></Relationships>',
          },
        }),
      ),
    );
    expect(read.rows).toEqual([{ rowNumber: 1, line: null, cells: ['sku'] }]);
  });

  test('finds a workbook that is not at xl/workbook.xml', async () => {
    const parts = workbookParts({ rows: TEXT_ROW, strings: STRINGS }).map((part) => ({
      name: part.name.replace('xl/', 'book/'),
      data: String(part.data).replace('xl/workbook.xml', '/book/workbook.xml'),
    }));
    expect((await readXlsx(zip(parts))).rows).toHaveLength(1);
  });

  test('reads prefixed XML in the strict dialect', async () => {
    const strict = 'http://purl.oclc.org/ooxml';
    const x = `xmlns:x="${strict}/spreadsheetml/main"`;
    const read = await readXlsx(
      zip(
        workbookParts({
          parts: {
            'xl/workbook.xml': `<x:workbook ${x} xmlns:rel="${strict}/officeDocument/relationships"><x:sheets><x:sheet name="S" sheetId="1" rel:id="rId1"/></x:sheets></x:workbook>`,
            'xl/_rels/workbook.xml.rels': `<p:Relationships xmlns:p="x"><p:Relationship Id="rId1" Type="${strict}/officeDocument/relationships/worksheet" Target="worksheets/sheet1.xml"/><p:Relationship Id="rId2" Type="${strict}/officeDocument/relationships/sharedStrings" Target="sharedStrings.xml"/></p:Relationships>`,
            'xl/worksheets/sheet1.xml': `<x:worksheet ${x}><x:sheetData><x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>`,
            'xl/sharedStrings.xml': `<x:sst ${x}><x:si><x:r><x:t>s</x:t></x:r><x:r><x:t>ku</x:t></x:r></x:si></x:sst>`,
          },
        }),
      ),
    );
    expect(read.rows).toEqual([{ rowNumber: 1, line: null, cells: ['sku'] }]);
  });

  test('reads parts in UTF-16 and with a byte order mark', async () => {
    const xml = `<?xml version="1.0" encoding="UTF-16"?><sst><si><t>é🎈</t></si></sst>`;
    const little = Buffer.from(`\ufeff${xml}`, 'utf16le');
    const big = Buffer.from(little).swap16();
    const bom = Buffer.from(`\ufeff${xml.replace('UTF-16', 'utf-8')}`);
    for (const strings of [little, little.subarray(2), big, big.subarray(2), bom]) {
      const parts = { 'xl/sharedStrings.xml': strings };
      expect(await cellsOf({ rows: TEXT_ROW, parts })).toEqual([['é🎈']]);
    }
  });
});

describe('sheets', () => {
  const sheet = (value: string): string =>
    `<worksheet><sheetData><row>${text(value)}</row></sheetData></worksheet>`;
  const sheets = workbookParts({
    parts: {
      'xl/workbook.xml':
        '<workbook xmlns:r="r"><sheets><sheet name="Notes" sheetId="7" state="veryHidden" r:id="a"/>' +
        '<sheet name="Chart" sheetId="2" r:id="b"/><sheet name="Stock &amp; more" sheetId="3" r:id="c"/>' +
        '<sheet name="1" sheetId="4" r:id="d"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels':
        '<Relationships><Relationship Id="a" Type="x/worksheet" Target="a.xml"/>' +
        '<Relationship Id="b" Type="x/chartsheet" Target="b.xml"/>' +
        '<Relationship Id="c" Type="x/worksheet" Target="c.xml"/>' +
        '<Relationship Id="d" Type="x/worksheet" Target="d.xml"/></Relationships>',
      'xl/a.xml': sheet('hidden'),
      'xl/b.xml': '<chartsheet/>',
      'xl/c.xml': sheet('stock'),
      'xl/d.xml': sheet('one'),
    },
  });
  const first = async (wish: string | null): Promise<unknown> =>
    (await readXlsx(zip(sheets), wish)).rows[0];

  test('takes the first visible one that has rows, and says so', async () => {
    const read = await readXlsx(zip(sheets));
    expect(read.sheet).toBe('Stock & more');
    expect(read.notes).toEqual([
      'Read sheet "Stock & more", the first visible one of ' +
        '1 "Notes" (hidden), 2 "Chart", 3 "Stock & more", 4 "1".',
    ]);
  });

  test('is chosen by name in any case, by number, and by name before number', async () => {
    expect(await first('stock & MORE')).toMatchObject({ cells: ['stock'] });
    expect(await first('3')).toMatchObject({ cells: ['stock'] });
    expect(await first('1')).toMatchObject({ cells: ['one'] });
    expect(await first('notes')).toMatchObject({ cells: ['hidden'] });
  });

  test('lists those that there are where the one asked for is missing or a chart', async () => {
    await expect(first('Prices')).rejects.toThrow(
      'products.xlsx: has no sheet "Prices". Found 1 "Notes" (hidden), 2 "Chart", ' +
        '3 "Stock & more", 4 "1". Choose one with --sheet.',
    );
    await expect(first('5')).rejects.toThrow('has no sheet "5"');
    await expect(first('2')).rejects.toThrow('its sheet "Chart" is a chart and has no rows');
  });
});
