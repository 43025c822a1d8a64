import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openXlsx } from '../../src/source/xlsx/xlsx.js';
import type { SourceRow } from '../../src/source/source.js';
import { zip, type ZipPart } from './zip.js';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships';

/** The parts of a workbook as XML; each may be replaced whole. */
export interface WorkbookXml {
  /** What stands inside `sheetData`. */
  rows?: string;
  /** What stands inside `sst`; without it there is no such part. */
  strings?: string;
  /** What stands inside `styleSheet`; without it there is no such part. */
  styles?: string;
  /** Attributes of `workbookPr`. */
  properties?: string;
  /** Parts that replace those of the same name, or come on top. */
  parts?: Record<string, string | Buffer>;
}

/** The parts of a small workbook with one sheet, in the order in which Excel writes them. */
export function workbookParts(xml: WorkbookXml): ZipPart[] {
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
  const link = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
  const parts: Record<string, string | Buffer> = {
    '[Content_Types].xml': `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    '_rels/.rels': `${head}<Relationships xmlns="${PACKAGE}">${link('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': `${head}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><workbookPr ${xml.properties ?? ''}/><sheets><sheet name="Products" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels':
      `${head}<Relationships xmlns="${PACKAGE}">` +
      link('rId1', 'worksheet', 'worksheets/sheet1.xml') +
      link('rId2', 'styles', 'styles.xml') +
      link('rId3', 'sharedStrings', 'sharedStrings.xml') +
      '</Relationships>',
    'xl/worksheets/sheet1.xml': `${head}<worksheet xmlns="${MAIN}"><sheetData>${xml.rows ?? ''}</sheetData></worksheet>`,
  };
  if (xml.styles !== undefined) {
    parts['xl/styles.xml'] = `${head}<styleSheet xmlns="${MAIN}">${xml.styles}</styleSheet>`;
  }
  if (xml.strings !== undefined) {
    parts['xl/sharedStrings.xml'] = `${head}<sst xmlns="${MAIN}">${xml.strings}</sst>`;
  }
  Object.assign(parts, xml.parts);
  return Object.entries(parts).map(([name, data]) => ({ name, data }));
}

/** Calls `use` with the path of a file with this content, and removes it again. */
export async function withFile<T>(
  content: Buffer | string,
  use: (path: string) => Promise<T>,
  fileName = 'products.xlsx',
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'prodimport-test-'));
  try {
    const path = join(folder, fileName);
    await writeFile(path, content);
    return await use(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Everything that `openXlsx` finds in a file with this content. */
export async function readXlsx(
  content: Buffer,
  sheet: string | null = null,
): Promise<{ sheet: string; notes: string[]; rows: SourceRow[] }> {
  return withFile(content, async (path) => {
    const workbook = await openXlsx(path, { sheet });
    try {
      const rows: SourceRow[] = [];
      for await (const batch of workbook.rows()) rows.push(...batch);
      return { sheet: workbook.sheet, notes: workbook.notes, rows };
    } finally {
      await workbook.close();
    }
  });
}

/** The cells of each row of a workbook made of these parts; unreadable rows by their code. */
export async function cellsOf(xml: WorkbookXml, sheet: string | null = null): Promise<unknown[]> {
  const { rows } = await readXlsx(zip(workbookParts(xml)), sheet);
  return rows.map((row) => ('cells' in row ? row.cells : row.unreadable.code));
}
