import type { Workbook, Worksheet } from 'exceljs';
import { Raw, type Command } from '../cli/command.js';
import { UsageError } from '../errors.js';
import { formatByEnding, formatsOf, isFolder, unwritable, writtenSchema } from '../output/file.js';
import type { OptionSpec } from '../option.js';
import type { FieldDefinition, FieldType } from '../product/field.js';
import { fieldsIfAny } from './field/options.js';

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
  {
    flags: '--example',
    config: 'any',
    description: 'in CSV, a row to write over; a workbook has it on a sheet of its own',
  },
] as const satisfies OptionSpec[];

export const template: Command<{ file: string }, typeof options> = {
  name: 'template',
  summary: 'an empty file to fill in',
  description:
    'Writes an empty file with a column for each field, your own too, and one for the action. In the\nworkbook notes on the headers say what each column takes, choices have a drop-down, and SKUs are\ntext, so that a spreadsheet keeps leading zeros and long numbers.',
  examples: ['prodimport template > products.csv', 'prodimport template --output products.xlsx'],
  options,
  document: { about: 'the file that template --output wrote', schema: writtenSchema },
  async run(context, input) {
    const { format, output, example } = input.options;
    const named = formatByEnding(input.options, endings);
    const asXlsx = (format ?? named) === 'xlsx';
    if (asXlsx && !output && process.stdout.isTTY) {
      throw new UsageError('A workbook is no text: add --output FILE.', 'needs_output');
    }
    const columns = [...builtIn, ...(await ownColumns(await fieldsIfAny(context)))];
    const content = asXlsx ? await workbookOf(columns) : csvOf(columns, example ?? false);
    if (output) {
      const { writeFile } = await import('node:fs/promises');
      await writeFile(output, content, { flag: 'wx' }).catch((error: Error) => {
        throw unwritable(output, isFolder(output) ? { code: 'EISDIR' } : error);
      });
      return { file: output };
    }
    return new Raw(
      (async function* () {
        yield await Promise.resolve(content);
      })(),
    );
  },
  render: ({ file }) => `Written to ${file}`,
};

/** A column of an empty file, and what a person reads about it. */
interface TemplateColumn {
  header: string;
  width: number;
  /** Excel's number format. */
  format: string;
  /** What it takes. */
  note: string;
  /** A cell of a text file that loads; in a workbook a number or a date where it is one. */
  example: string;
  /** What a drop-down offers. */
  choices?: readonly string[];
  /** Whether nothing but its choices loads. */
  isClosed?: boolean;
}

const text = '@';
const amount = '0.00##';
const yesNo = ['yes', 'no'];

/** The action is UPDATE, so that an example that somebody forgot becomes no product. */
const builtIn: TemplateColumn[] = [
  column('sku', 20, text, 'Needed. Text: zeros in front stay.', 'EXAMPLE-1'),
  column('name', 40, text, 'Needed for a new product.', 'An example to write over'),
  column('description', 60, text, 'Text of any length.', 'Oak, oiled'),
  column('price', 12, amount, 'An amount like 12.50, without a currency.', '12.50'),
  { ...column('active', 10, 'General', 'yes or no.', 'yes'), choices: yesNo },
  column('owner', 16, text, 'Whose it is.', 'acme'),
  column('images', 40, text, 'http or https addresses, a | between two.', exampleUrl('jpg')),
  {
    ...column('action', 10, text, 'What the row does. Blank: adds or updates.', 'update'),
    choices: ['add', 'update', 'delete', 'upsert'],
  },
];

function column(
  header: string,
  width: number,
  format: string,
  note: string,
  example: string,
): TemplateColumn {
  return { header, width, format, note, example };
}

function exampleUrl(ending: string): string {
  return `https://shop.example/1.${ending}`;
}

/** Width, format, what it takes, and an example, unless its limits forbid it. */
const ofType: Record<FieldType, [width: number, format: string, note: string, example: string]> = {
  text: [20, text, 'Text.', 'Some text'],
  integer: [12, 'General', 'A whole number', '12'],
  number: [12, 'General', 'A number', '2.5'],
  money: [12, amount, 'An amount like 12.50', '12.50'],
  boolean: [10, 'General', 'yes or no.', 'yes'],
  date: [12, 'yyyy-mm-dd', 'A date like 2026-01-31', '2026-01-31'],
  choice: [16, text, 'One of the list.', ''],
  gtin: [18, text, 'EAN, UPC or GTIN of 8, 12, 13 or 14 digits.', '4006381333931'],
  url: [40, text, 'One http or https address.', exampleUrl('html')],
  list: [30, text, 'Entries, a | between two.', 'new|summer'],
};

/** A template needs no reader of fields where there are none of one's own. */
async function ownColumns(fields: readonly FieldDefinition[]): Promise<TemplateColumn[]> {
  if (fields.length === 0) return [];
  const { attributeHeader } = await import('../product/attributes.js');
  const { fieldReader, fieldText } = await import('../product/field-types.js');
  const { Fault } = await import('../product/reject.js');
  return fields.map((field) => {
    const [width, format, , usual] = ofType[field.type];
    const read = fieldReader(field, { mark: '.', dateOrder: 'ymd', isOfFile: false });
    const likely = [field.choices?.[0] ?? usual, field.min, field.max];
    const fitting = likely.find((each) => each !== null && !(read(each) instanceof Fault)) ?? '';
    const isWord = field.type === 'boolean' || fitting === '';
    const example = isWord ? fitting : fieldText(field, read(fitting));
    const header = attributeHeader(field.name) ?? field.name;
    const choices = field.choices ?? (field.type === 'boolean' ? yesNo : undefined);
    const isClosed = field.type === 'choice';
    return { header, width, format, note: noteOf(field), example, choices, isClosed };
  });
}

function noteOf({ label, type, required, min, max }: FieldDefinition): string {
  const what = ofType[type][2];
  const least = min ?? (type === 'money' ? '0' : null);
  const from = least === null ? '' : ` from ${least}`;
  const to = max === null ? '' : `${least === null ? ' up' : ''} to ${max}`;
  const rule = what.endsWith('.') ? what : `${what}${from}${to}.`;
  return [label !== null ? `${label}.` : '', required ? 'Needed for a new product.' : '', rule]
    .filter(Boolean)
    .join(' ');
}

function csvOf(columns: readonly TemplateColumn[], hasExample: boolean): string {
  const rows = [columns.map(({ header }) => header)];
  if (hasExample) rows.push(columns.map(({ example }) => example));
  const cell = (value: string) =>
    /[",\r\n]/.test(value) ? `"${value.replace(/"/g, '""')}"` : value;
  return rows.map((row) => `${row.map(cell).join(',')}\n`).join('');
}

const lists = 'choices';

/**
 * The first sheet is for the products, and what loads; the example stands on another one. Drop-downs
 * take their words from a hidden sheet: in the cell's own rule there is no room for many, nor for a
 * comma.
 */
async function workbookOf(columns: readonly TemplateColumn[]): Promise<Buffer> {
  const { default: excel } = await import('exceljs');
  const workbook = new excel.Workbook();
  const sheet = addSheet(workbook, 'products', columns);
  const example = addSheet(workbook, 'example', columns);
  example.addRow(columns.map(exampleCell));
  const chosen = columns.filter(({ choices }) => choices !== undefined);
  const words = workbook.addWorksheet(lists, { state: 'hidden' });
  chosen.forEach(({ choices }, at) => (words.getColumn(at + 1).values = [...choices!]));
  columns.forEach((each, at) => {
    const list = chosen.indexOf(each);
    if (list >= 0) offer(sheet, at + 1, each, words.getColumn(list + 1).letter);
  });
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

/** Small letters, as the box of a note is small. */
const noteFont = { name: 'Tahoma', size: 8 };

function addSheet(workbook: Workbook, name: string, columns: readonly TemplateColumn[]): Worksheet {
  const sheet = workbook.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = columns.map(({ header, width, format }) => {
    return { header, width, style: { numFmt: format } };
  });
  const head = sheet.getRow(1);
  head.font = { bold: true };
  columns.forEach(({ note, example }, at) => {
    const text = `${note} Example: ${example}`;
    head.getCell(at + 1).note = { texts: [{ font: noteFont, text }] };
  });
  return sheet;
}

function exampleCell({ format, example }: TemplateColumn): string | number | Date {
  if (format.startsWith('yyyy')) return new Date(`${example}T00:00:00Z`);
  const isNumber = format !== text && /^-?\d+(?:[.,]\d+)?$/.test(example);
  return isNumber ? Number(example.replace(',', '.')) : example;
}

/** Rows that have a drop-down: as many as people fill by hand, for readers that look at each. */
const lastRow = 10_000;

/** What the library has, but does not declare: rules for a whole range. */
interface Ruled {
  dataValidations: { add: (range: string, rule: object) => void };
}

function offer(
  sheet: Worksheet,
  at: number,
  { header, choices, isClosed }: TemplateColumn,
  list: string,
): void {
  const { letter } = sheet.getColumn(at);
  (sheet as unknown as Ruled).dataValidations.add(`${letter}2:${letter}${lastRow}`, {
    type: 'list',
    allowBlank: true,
    formulae: [`${lists}!$${list}$1:$${list}$${choices!.length}`],
    showErrorMessage: isClosed ?? false,
    errorTitle: header,
    error: 'Take one of the list: nothing else loads.',
  });
}
