import { readFileSync } from 'node:fs';
import exceljs from 'exceljs';
import { beforeEach, describe, expect, it } from 'vitest';
import { fieldAdd } from '../../src/commands/field/add.js';
import { template } from '../../src/commands/template.js';
import { storedProduct, storedProducts, useCatalogue } from '../setup/catalogue.js';
import { useFolder } from '../setup/folder.js';
import { loadText, runCommand } from '../setup/load.js';

const db = useCatalogue();
const folder = useFolder();

/** A field of each type, one of its rules in the way of the usual example, and one by its prefix. */
const fields = [
  ['stock', '--min', '20', '--required'],
  ['weight', '--type', 'number', '--decimal', ',', '--label', 'Weight in kg'],
  ['cost', '--type', 'money', '--max', '5'],
  ['fragile', '--type', 'boolean'],
  ['since', '--type', 'date', '--min', '2026-06-01'],
  ['condition', '--type', 'choice', '--choices', 'as new\\, boxed,used,"B" stock'],
  ['gtin'],
  ['datasheet', '--type', 'url'],
  ['tags', '--type', 'list'],
  ['title', '--type', 'text'],
];
const headers =
  'sku,name,description,price,active,owner,images,action,stock,weight,cost,fragile,since,' +
  'attributes.condition,gtin,datasheet,tags,attributes.title';

beforeEach(async () => {
  for (const words of fields) {
    const { error } = await runCommand(db(), fieldAdd, words);
    expect(error?.code ?? null).toSatisfy((code) => code === null || code === 'field_exists');
  }
});

async function written(name: string, ...words: string[]): Promise<Buffer> {
  const file = folder.path(`${Math.random()}-${name}`);
  const { error } = await runCommand(db(), template, ['--output', file, ...words]);
  expect(error).toBeNull();
  return readFileSync(file);
}

async function opened(file: Buffer): Promise<exceljs.Workbook> {
  const workbook = new exceljs.Workbook();
  await workbook.xlsx.load(file as never);
  return workbook;
}

/** What the example says, as it is stored. */
const example = {
  stock: 20,
  weight: 2.5,
  cost: '5.00',
  fragile: true,
  since: '2026-06-01',
  condition: 'as new, boxed',
  gtin: '4006381333931',
  datasheet: 'https://shop.example/1.html',
  tags: ['new', 'summer'],
  title: 'Some text',
};

describe('a template', () => {
  it('has a column for each field, one of your own too, and nothing that loads', async () => {
    const csv = await written('t.csv');
    expect(csv.toString()).toBe(`${headers}\n`);
    for (const file of [csv, await written('t.xlsx')]) {
      const { exitCode, report } = await loadText(db(), file);
      expect([exitCode, report.rows.read]).toEqual([0, 0]);
    }
  });

  it('becomes no product where its example is forgotten', async () => {
    const { exitCode, report } = await loadText(db(), await written('t.csv', '--example'));
    expect(exitCode).toBe(3);
    expect(report.failedRows).toMatchObject([{ value: 'EXAMPLE-1', code: 'not_found' }]);
    const sheet = await loadText(db(), await written('t.xlsx'), '--sheet example');
    expect(sheet.report.failedRows).toMatchObject([{ value: 'EXAMPLE-1', code: 'not_found' }]);
    expect(await storedProducts(db())).toEqual([]);
  });

  it('has an example that keeps the rules of every field', async () => {
    const csv = (await written('t.csv', '--example')).toString();
    const { report } = await loadText(db(), csv.replace(',update,', ',add,'));
    expect(report.failedRows).toEqual([]);
    const stored = await storedProduct(db(), 'EXAMPLE-1');
    expect(stored).toMatchObject({ price: '12.5000', active: true, owner: 'acme' });
    expect(stored!.attributes).toEqual(example);
  });

  it('as a workbook loads what is typed under its headers as a spreadsheet stores it', async () => {
    const workbook = await opened(await written('t.xlsx'));
    const typed = workbook.getWorksheet('example')!.getRow(2).values as exceljs.CellValue[];
    const row = typed.map((value) => (value === 'update' ? null : value));
    const { letterOf } = columnsOf(workbook);
    workbook.getWorksheet('products')!.addRow(row).getCell(letterOf('sku')).value = '007';
    const { exitCode, report } = await loadText(
      db(),
      Buffer.from(await workbook.xlsx.writeBuffer()),
    );
    expect([exitCode, report.failedRows]).toEqual([0, []]);
    const stored = await storedProduct(db(), '007');
    expect(stored).toMatchObject({ price: '12.5000', active: true });
    expect(stored!.attributes).toEqual(example);
  });

  it('as a workbook has formats, drop-downs and notes for its columns', async () => {
    const workbook = await opened(await written('t.xlsx'));
    const { sheet, letterOf } = columnsOf(workbook);
    const formatOf = (header: string) => sheet.getColumn(letterOf(header)).numFmt;
    expect(['sku', 'gtin', 'since', 'price', 'cost'].map(formatOf)).toEqual([
      '@',
      '@',
      'yyyy-mm-dd',
      '0.00##',
      '0.00##',
    ]);
    const choicesOf = (header: string) => {
      const rule = sheet.getCell(`${letterOf(header)}9999`).dataValidation;
      const [, column, last] = /^choices!\$(\w+)\$1:\$\w+\$(\d+)$/.exec(
        rule.formulae[0] as string,
      )!;
      const words = workbook.getWorksheet('choices')!.getColumn(column!).values.slice(1);
      expect(words.length).toBe(Number(last));
      return { words, isClosed: rule.showErrorMessage };
    };
    expect(choicesOf('attributes.condition')).toEqual({
      words: ['as new, boxed', 'used', '"B" stock'],
      isClosed: true,
    });
    expect(choicesOf('fragile')).toMatchObject({ words: ['yes', 'no'] });
    expect(choicesOf('action').words).toContain('delete');
    expect(workbook.getWorksheet('choices')!.state).toBe('hidden');
    const noteOf = (header: string) => {
      const note = sheet.getCell(`${letterOf(header)}1`).note as exceljs.Comment;
      return note.texts!.map(({ text }) => text).join('');
    };
    expect(noteOf('stock')).toBe('Needed for a new product. A whole number from 20. Example: 20');
    expect(noteOf('weight')).toBe('Weight in kg. A number from 0. Example: 2,5');
    expect(noteOf('cost')).toBe('An amount like 12.50 from 0 to 5. Example: 5');
  });
});

function columnsOf(workbook: exceljs.Workbook) {
  const sheet = workbook.getWorksheet('products')!;
  const titles = sheet.getRow(1).values as string[];
  expect(titles.slice(1).join()).toBe(headers);
  return { sheet, letterOf: (header: string) => sheet.getColumn(titles.indexOf(header)).letter };
}
