import { cellsOf, columnsOf, type Variant } from './variants.js';

/** Writes a variant as a workbook of one sheet, row by row. */
export async function writeWorkbook(
  path: string,
  variant: Variant,
  rows: number,
  useSharedStrings: boolean,
): Promise<void> {
  const { default: exceljs } = await import('exceljs');
  const workbook = new exceljs.stream.xlsx.WorkbookWriter({ filename: path, useSharedStrings });
  const sheet = workbook.addWorksheet('Products');
  sheet.addRow(columnsOf[variant]).commit();
  let row = 0;
  for (const cells of cellsOf(variant, rows)) {
    sheet.addRow(cells).commit();
    // The writer compresses in turns of the event loop: without one it would keep everything.
    if (++row % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  sheet.commit();
  await workbook.commit();
}
