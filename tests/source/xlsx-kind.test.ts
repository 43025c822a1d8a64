import { CFB } from '@e965/xlsx';
import { describe, expect, test } from 'vitest';
import { packageKind, type PackageKind } from '../../src/source/xlsx/kind.js';
import { openXlsx } from '../../src/source/xlsx/xlsx.js';
import { withFile, workbookParts } from './workbook.js';
import { zip } from './zip.js';

/** An archive is looked into when it is opened. */
const kindOf = (content: Buffer): Promise<PackageKind> =>
  withFile(content, async (path) => {
    const kind = await packageKind(path);
    if (kind === 'xlsx') await (await openXlsx(path, { sheet: null })).close();
    return kind;
  });

/** An archive of parts that only have names. */
const archive = (...names: string[]): Buffer => zip(names.map((name) => ({ name, data: 'x' })));

/** A compound file with streams of these names, the first of this size. */
function compound(names: string[], bytes = 10): Buffer {
  const file = CFB.utils.cfb_new();
  names.forEach((name, index) => {
    CFB.utils.cfb_add(file, `/${name}`, Buffer.alloc(index === 0 ? bytes : 10, 1));
  });
  return CFB.write(file, { type: 'buffer' }) as Buffer;
}

describe('workbooks', () => {
  test('are known by content, whatever the name', async () => {
    expect(await kindOf(zip(workbookParts({})))).toBe('xlsx');
    expect(await kindOf(compound(['Workbook']))).toBe('xls');
    expect(await kindOf(compound(['Book', 'Other']))).toBe('xls');
    expect(await kindOf(archive('[Content_Types].xml', 'xl/workbook.bin'))).toBe('xlsb');
    const type = 'application/vnd.oasis.opendocument.spreadsheet';
    expect(await kindOf(zip([{ name: 'mimetype', stored: true, data: type }]))).toBe('ods');
  });

  test('are told from archives of other files', async () => {
    expect(await kindOf(archive('a/', 'a/products.csv', 'b.csv'))).toBe('archive');
    expect(await kindOf(archive())).toBe('archive');
  });

  test('are found in a compound file whose table has a second level', async () => {
    expect(await kindOf(compound(['Workbook', 'z'], 9_000_000))).toBe('xls');
  });
});

describe('what is no workbook is called by its name', () => {
  test.each([
    [
      'an encrypted workbook',
      compound(['EncryptionInfo', 'EncryptedPackage']),
      'is password-protected. Open it in Excel, remove the password',
    ],
    [
      'a large encrypted workbook',
      compound(['EncryptedPackage', 'z'], 9_000_000),
      'is password-protected',
    ],
    ['a Word document', compound(['WordDocument']), 'is a Word document (.doc)'],
    ['a presentation', compound(['PowerPoint Document']), 'is a PowerPoint presentation (.ppt)'],
    ['a message', compound(['__properties_version1.0']), 'is an Outlook message (.msg)'],
    ['another compound file', compound(['Contents']), 'is an OLE file that holds no workbook'],
    [
      'the head of a compound file',
      compound(['Workbook']).subarray(0, 300),
      'is damaged or cut off',
    ],
    [
      'a new Word document',
      archive('[Content_Types].xml', 'word/document.xml'),
      'is a Word document (.docx)',
    ],
    ['a new presentation', archive('ppt/presentation.xml'), 'is a PowerPoint presentation (.pptx)'],
    ['a Numbers document', archive('Index/Document.iwa'), 'is an Apple Numbers document'],
    [
      'an OpenDocument text',
      zip([{ name: 'mimetype', data: 'application/vnd.oasis.opendocument.text' }]),
      'is an OpenDocument file (not a spreadsheet)',
    ],
    ['half an archive', zip(workbookParts({})).subarray(0, 900), 'is damaged or cut off'],
  ])('%s', async (_what, content, sentence) => {
    const message = await kindOf(content).catch((error: Error) => error.message);
    expect(message).toContain(`products.xlsx: ${sentence}`);
    expect(message).not.toContain('\n');
  });
});
