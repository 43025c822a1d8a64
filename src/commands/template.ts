import { Raw, type Command } from '../cli/command.js';
import { UsageError } from '../errors.js';
import { formatByEnding, formatsOf, isFolder, unwritable } from '../output/file.js';
import type { OptionSpec } from '../option.js';
import { writtenSchema } from './schema.js';

const endings = { csv: 'csv', xlsx: 'xlsx' } as const;

const options = [
  {
    flags: '--format <format>',
    config: 'any',
    description: "by the output's ending, else csv",
    choices: formatsOf(endings),
  },
  {
    flags: '--output <file>',
    config: 'output',
    description: 'write it there instead of standard output',
  },
] as const satisfies OptionSpec[];

export const template: Command<{ file: string }, typeof options> = {
  name: 'template',
  summary: 'an empty file to fill in',
  description:
    'Writes an empty file with a column for each field. In the workbook the SKU column is text, so\nthat a spreadsheet keeps leading zeros and long numbers.',
  examples: ['prodimport template > products.csv', 'prodimport template --output products.xlsx'],
  options,
  document: { about: 'the file that template --output wrote', schema: writtenSchema },
  async run(_context, input) {
    const { format, output } = input.options;
    const named = formatByEnding(input.options, endings);
    const asXlsx = (format ?? named) === 'xlsx';
    const content = asXlsx ? await templateXlsx() : templateCsv();
    if (output) {
      const { writeFile } = await import('node:fs/promises');
      await writeFile(output, content, { flag: 'wx' }).catch((error: Error) => {
        throw unwritable(output, isFolder(output) ? { code: 'EISDIR' } : error);
      });
      return { file: output };
    }
    if (asXlsx && process.stdout.isTTY) {
      throw new UsageError('A workbook is no text: add --output FILE.', 'needs_output');
    }
    return new Raw(
      (async function* () {
        yield await Promise.resolve(content);
      })(),
    );
  },
  render: ({ file }) => `Written to ${file}`,
};

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

function templateCsv(): string {
  return `${columns.map((column) => column.header).join(',')}\n`;
}

/** A workbook whose SKU column is text: what is typed there stays as it is typed. */
async function templateXlsx(): Promise<Buffer> {
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
