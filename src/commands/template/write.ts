/** The columns of an empty file, and how wide a person wants them. */
const columns = [
  { header: 'sku', width: 20, format: '@' },
  { header: 'name', width: 40, format: '@' },
  { header: 'description', width: 60, format: '@' },
  { header: 'price', width: 12, format: '0.00##' },
  { header: 'active', width: 10, format: 'General' },
  { header: 'owner', width: 16, format: '@' },
  { header: 'images', width: 40, format: '@' },
];

export function templateCsv(): string {
  return `${columns.map((column) => column.header).join(',')}\n`;
}

/** A workbook whose SKU column is text: what is typed there stays as it is typed. */
export async function templateXlsx(): Promise<Buffer> {
  const { default: excel } = await import('exceljs');
  const workbook = new excel.Workbook();
  const sheet = workbook.addWorksheet('products', { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = columns.map(({ header, width, format }) => ({
    header,
    width,
    style: { numFmt: format },
  }));
  sheet.getRow(1).font = { bold: true };
  return Buffer.from(await workbook.xlsx.writeBuffer());
}
