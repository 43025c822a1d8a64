import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { useTemporaryFiles } from '../setup/folder.js';
import { readXlsx, workbookParts } from './workbook.js';
import type { WorkbookXml } from './workbook.js';
import { zip } from './zip.js';
import type { ZipPart } from './zip.js';

const temporaryFiles = useTemporaryFiles();

const ROW = '<row><c t="s"><v>0</v></c></row>';
const STRINGS = '<si><t>sku</t></si>';

/** The message with which a file with this content is refused. */
async function refusal(content: Buffer): Promise<string> {
  const error = await readXlsx(content).then(
    () => null,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(UsageError);
  expect(temporaryFiles()).toEqual([]);
  return (error as UsageError).message;
}

function withPart(name: string, change: Partial<ZipPart>, xml: WorkbookXml = {}): Buffer {
  const parts = workbookParts({ rows: ROW, strings: STRINGS, ...xml });
  return zip(parts.map((part) => (part.name === name ? { ...part, ...change } : part)));
}

describe('bombs', () => {
  test('refuses a part that inflates out of all proportion before it is inflated', async () => {
    const bomb = { data: '', claimedBytes: 4_000_000_000 };
    expect(await refusal(withPart('xl/worksheets/sheet1.xml', bomb))).toMatch(
      /^products.xlsx: is refused: its part xl\/worksheets\/sheet1.xml has 2 bytes and claims 4000000000/,
    );
    const blank = Buffer.alloc(120_000_000, ' ');
    expect(await refusal(withPart('xl/sharedStrings.xml', { data: blank }))).toContain(
      'is refused',
    );
  });

  test('stops at the first byte beyond the size that a part claims', async () => {
    const liar = { data: ' '.repeat(5_000_000), claimedBytes: 1000 };
    expect(await refusal(withPart('xl/sharedStrings.xml', liar))).toContain('too many bytes');
  });

  test('never inflates parts that it has no use for', async () => {
    const bombs = Array.from({ length: 2000 }, (_, i) => ({
      name: `xl/media/${i}.zip`,
      data: zip([{ name: 'inner.zip', data: '', claimedBytes: 4_000_000_000 }]),
      claimedBytes: 4_000_000_000,
    }));
    const read = await readXlsx(zip([...workbookParts({ rows: ROW, strings: STRINGS }), ...bombs]));
    expect(read.rows).toEqual([{ rowNumber: 1, line: null, cells: ['sku'] }]);
  });

  test('refuses more parts than any workbook has', async () => {
    const end = Buffer.alloc(98);
    end.writeUInt32LE(0x06064b50, 0);
    end.writeBigUInt64LE(50_000_000n, 32);
    end.writeUInt32LE(0x07064b50, 56);
    end.writeUInt32LE(0x06054b50, 76);
    expect(await refusal(end)).toContain('it has 50000000 parts (30000 at most)');
  });

  test('refuses a long text that is repeated into gigabytes', async () => {
    const content = zip(
      workbookParts({
        rows: ROW.repeat(200_000),
        strings: `<si><t>${'x'.repeat(1_000_000)}</t></si>`,
      }),
    );
    expect(await refusal(content)).toMatch(
      /is refused: its \d+ bytes repeat texts or skip columns until/,
    );
  });

  test('refuses cells in the last column that are repeated into billions of blank ones', async () => {
    const rows = '<row><c r="XFD1"><v>1</v></c></row>'.repeat(7000);
    expect(await refusal(zip(workbookParts({ rows })))).toContain('repeat texts or skip columns');
  });

  test('does not gather a text of many megabytes: its row is a reject, and reading goes on', async () => {
    const long = Buffer.concat([
      Buffer.from('<sst><si><t>'),
      Buffer.alloc(40_000_000, 'y'),
      Buffer.from('</t></si><si><t>next</t></si></sst>'),
    ]);
    const rows = `${ROW}<row><c t="s"><v>1</v></c></row>`;
    const read = await readXlsx(withPart('xl/sharedStrings.xml', { data: long }, { rows }));
    expect(read.rows).toMatchObject([
      { rowNumber: 1, unreadable: { code: 'record_too_large', value: 'y'.repeat(200) } },
      { rowNumber: 2, cells: ['next'] },
    ]);
  });

  test('refuses a tag or a comment without end', async () => {
    const start = ['<sst><si><t a="', '<sst><!--', '<sst><![CDATA[', '<sst><?pi ', '<sst></sst'];
    for (const xml of start) {
      const data = Buffer.concat([Buffer.from(xml), Buffer.alloc(4_000_000, 'y')]);
      expect(await refusal(withPart('xl/sharedStrings.xml', { data }))).toContain(
        'has a tag or comment of more than 2097152 characters',
      );
    }
  });

  test('refuses elements nested without end', async () => {
    const rows = '<row>'.repeat(5000) + '</row>'.repeat(5000);
    expect(await refusal(zip(workbookParts({ rows })))).toContain('nests more than 100 elements');
  });
});

describe('entities', () => {
  test('refuses a document type, and so laughs and files from elsewhere', async () => {
    const laughs =
      '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>';
    const outside = '<!DOCTYPE x [<!ENTITY c SYSTEM "file:///etc/passwd">]>';
    for (const type of [laughs, outside, '<!DOCTYPE sst>']) {
      const data = `<?xml version="1.0"?>${type}<sst><si><t>&c;</t></si></sst>`;
      expect(await refusal(withPart('xl/sharedStrings.xml', { data }))).toContain(
        'has a document type, which could name other files',
      );
    }
  });

  test('refuses an entity that nobody declared', async () => {
    const strings = '<si><t>&c;</t></si>';
    expect(await refusal(zip(workbookParts({ rows: ROW, strings })))).toContain('undefined entity');
  });
});

describe('damage', () => {
  const whole = zip(workbookParts({ rows: ROW, strings: STRINGS }));

  test.each([30, 200, 1000, whole.length - 1])('refuses a file cut off at %i', async (length) => {
    expect(await refusal(whole.subarray(0, length))).toMatch(
      /^products.xlsx: is damaged or cut off/,
    );
  });

  test('refuses a part that does not match its checksum', async () => {
    for (const name of ['xl/worksheets/sheet1.xml', 'xl/sharedStrings.xml', 'xl/workbook.xml']) {
      expect(await refusal(withPart(name, { crc: 1 }))).toContain(
        `its part ${name} does not match its checksum`,
      );
    }
  });

  test('refuses a part that can not be inflated', async () => {
    const broken = Buffer.from(whole);
    const at = broken.indexOf(
      deflateRawSync(
        Buffer.from(
          `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">${STRINGS}</sst>`,
        ),
      ),
    );
    expect(at).toBeGreaterThan(0);
    broken.fill(0xff, at, at + 20);
    expect(await refusal(broken)).toContain('its part xl/sharedStrings.xml');
  });

  test('refuses names that point outside of the archive, and a part named twice', async () => {
    const parts = workbookParts({ rows: ROW, strings: STRINGS });
    expect(await refusal(zip([...parts, { name: '../../etc/cron.d/x', data: 'x' }]))).toContain(
      'invalid relative path',
    );
    expect(await refusal(zip([...parts, { name: '/etc/passwd', data: 'x' }]))).toContain(
      'absolute path',
    );
    expect(await refusal(zip([...parts, { name: 'XL/workbook.xml', data: 'x' }]))).toContain(
      'names the part XL/workbook.xml twice',
    );
  });

  test('refuses a sheet whose XML ends too early or is none', async () => {
    const sheet = (data: string | Buffer): Buffer => withPart('xl/worksheets/sheet1.xml', { data });
    expect(await refusal(sheet(`<worksheet><sheetData>${ROW}`))).toContain('unclosed tag');
    expect(await refusal(sheet(''))).toContain('its part xl/worksheets/sheet1.xml');
    expect(await refusal(sheet('<html></html>'))).toContain('is no worksheet but "html"');
    expect(await refusal(sheet(Buffer.from('<worksheet>\xff</worksheet>', 'latin1')))).toContain(
      'holds bytes that are no text',
    );
    expect(await refusal(sheet('<?xml version="1.0" encoding="klingon"?><worksheet/>'))).toContain(
      'says it is klingon, which nobody knows',
    );
  });

  test('refuses cells out of the grid and texts that are not there', async () => {
    const rows = (xml: string): Buffer => zip(workbookParts({ rows: xml, strings: STRINGS }));
    expect(await refusal(rows('<row r="3"><c r="XFE3"/></row>'))).toContain('a cell at "XFE3"');
    expect(await refusal(rows('<row r="3"><c r="ZZZZZZ3"/></row>'))).toContain(
      'a cell at "ZZZZZZ3"',
    );
    expect(await refusal(rows('<row r="3"><c r="3"/></row>'))).toContain('a cell at "3"');
    expect(await refusal(rows('<row r="-1"/>'))).toContain('a row is numbered "-1"');
    expect(await refusal(rows('<row r="3000000000"/>'))).toContain('numbered "3000000000"');
    expect(await refusal(rows('<row><c t="s"><v>1</v></c></row>'))).toContain(
      'a cell names text 1 of 1',
    );
    expect(await refusal(rows('<row><c t="s"><v>x</v></c></row>'))).toContain('a cell names text');
  });

  test('refuses rows and cells that come twice: one of the two would be lost', async () => {
    const rows = (xml: string): Buffer => zip(workbookParts({ rows: xml }));
    const cell = (at: string): string => `<c r="${at}"><v>1</v></c>`;
    const twice = rows(`<row r="2">${cell('A2')}</row><row r="2">${cell('A2')}</row>`);
    expect(await refusal(twice)).toContain('a row below row 2 is numbered "2"');
    const back = rows(`<row r="7">${cell('A7')}</row><row r="3">${cell('A3')}</row>`);
    expect(await refusal(back)).toContain('a row below row 7 is numbered "3"');
    const cells = rows(`<row r="2">${cell('B2')}${cell('A2')}${cell('B2')}</row>`);
    expect(await refusal(cells)).toContain('row 2 has two cells in column 2');
  });

  test('refuses a workbook whose sheet is missing, or that lists none', async () => {
    const parts = workbookParts({}).filter((part) => !part.name.includes('sheet1'));
    expect(await refusal(zip(parts))).toContain('the part of its sheet "Products" is missing');
    expect(await refusal(withPart('xl/workbook.xml', { data: '<workbook/>' }))).toContain(
      'it lists no sheet',
    );
  });

  test('refuses an encrypted part', async () => {
    expect(
      await refusal(withPart('xl/workbook.xml', { encrypted: true, stored: false })),
    ).toContain('its part xl/workbook.xml is encrypted');
  });
});
