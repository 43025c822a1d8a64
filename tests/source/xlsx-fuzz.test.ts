import fc from '../setup/property.js';
import { expect, test } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { openXls } from '../../src/source/xls.js';
import { packageKind } from '../../src/source/xlsx/kind.js';
import { openXlsx } from '../../src/source/xlsx/xlsx.js';
import { withFile, workbookParts } from './workbook.js';
import { zip } from './zip.js';

const stored = zip(
  workbookParts({
    rows:
      '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>' +
      '<row r="2"><c r="A2" s="1"><v>45322</v></c><c r="B2" t="inlineStr"><is><t>é</t></is></c></row>',
    strings: '<si><t>sku</t></si><si><r><t>na</t></r><r><t>me</t></r></si>',
    styles: '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>',
  }).map((part) => ({ ...part, stored: true })),
);
const deflated = zip(workbookParts({ rows: '<row><c><v>1</v></c></row>'.repeat(50) }));

/** Reads the file to its end, by what it seems to be; whatever goes wrong must be a UsageError. */
async function readOrRefuse(content: Buffer): Promise<'read' | 'refused'> {
  return withFile(content, async (path) => {
    try {
      const kind = await packageKind(path);
      const open = kind === 'xls' ? openXls : openXlsx;
      const workbook = await open(path, { sheet: null });
      try {
        for await (const rows of workbook.rows()) expect([...rows].length).toBeGreaterThan(0);
      } finally {
        await workbook.close();
      }
      return 'read';
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      return 'refused';
    }
  });
}

test('reads or refuses a workbook whatever has happened to its bytes', async () => {
  expect(await readOrRefuse(stored)).toBe('read');
  expect(await readOrRefuse(deflated)).toBe('read');
  const change = fc.tuple(fc.nat(), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(stored, deflated),
      fc.array(change, { minLength: 1, maxLength: 6 }),
      fc.option(fc.nat()),
      async (whole, changes, end) => {
        const spoilt = Buffer.from(whole);
        for (const [at, byte] of changes) spoilt[at % spoilt.length] = byte;
        const cut = end === null ? spoilt.length : end % spoilt.length;
        await readOrRefuse(spoilt.subarray(0, cut));
      },
    ),
    { numRuns: 400 },
  );
});

test('reads or refuses a workbook whatever has happened to the XML in it', async () => {
  const rows =
    '<row r="1" spans="1:2"><c r="A1" t="s" s="0"><v>0</v></c><c r="B1"><f>1+1</f><v>2</v></c></row>';
  const pieces = ['<', '>', '"', '9999999999', '-1', '&', 'r="A1"', '<row>', '</c>', 't="s"', ' '];
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(6), fc.constantFrom(...pieces), async (place, cut, piece) => {
      const at = place % rows.length;
      const spoilt = rows.slice(0, at) + piece + rows.slice(at + cut);
      await readOrRefuse(zip(workbookParts({ rows: spoilt, strings: '<si><t>sku</t></si>' })));
    }),
    { numRuns: 200 },
  );
});
