import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exportProducts, type ExportRequest } from '../../src/catalog/export/export.js';
import type { Report } from '../../src/load/job.js';
import { neutralised } from '../../src/output/rows.js';
import { runCli } from '../setup/cli.js';
import { insertProduct } from '../setup/catalogue.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';

let db: TestDatabase;
let folder: string;
beforeAll(async () => {
  db = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'prodimport-export-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await db.drop();
});
beforeEach(async () => {
  await db.session.client.query('truncate prodimport.products restart identity');
});

interface Stored {
  sku: string;
  name?: string | null;
  description?: string;
  price?: string;
  active?: boolean;
  owner?: string;
  images?: string[];
  attributes?: Record<string, string>;
}

/** Adds a product as another program would, past every rule of the tool. */
async function store({ sku, name = `Product ${sku}`, ...rest }: Stored): Promise<void> {
  await insertProduct(db, { sku, name, ...rest });
}

async function exported(format: ExportRequest['format'], more: Partial<ExportRequest> = {}) {
  const count = { products: 0, mangledSkus: 0, longCells: 0 };
  const { signal } = new AbortController();
  const request = { format, filter: {}, protect: (text: string) => text, signal, ...more };
  const chunks: Buffer[] = [];
  for await (const chunk of exportProducts(db.session, request, count)) {
    chunks.push(Buffer.from(chunk as string));
  }
  return { file: Buffer.concat(chunks), count };
}

/** Loads the file, and fails unless nothing whatever changed. */
async function expectNothingChanged(file: Buffer, ending: string): Promise<Report> {
  const before = await allRows();
  const path = join(folder, `products.${ending}`);
  writeFileSync(path, file);
  const { stdout, stderr } = await runCli(['load', path, '--json'], { url: db.url });
  expect(stdout, stderr).not.toBe('');
  const report = JSON.parse(stdout) as Report;
  expect(report.failedRows).toEqual([]);
  expect(report.products).toEqual({
    ...{ inserted: 0, updated: 0, skipped: 0, deleted: 0 },
    unchanged: before.length,
  });
  expect(await allRows()).toEqual(before);
  return report;
}

async function allRows() {
  const { rows } = await db.session.client.query<{ sku: string }>(
    'select *, xmin::text from prodimport.products order by id',
  );
  return rows;
}

const awkwardTexts = [
  'a, "quoted" text; with | signs',
  'two\nlines',
  'two\r\nlines and a lone \r return',
  '  spaces around  ',
  '\ttab',
  '=1+1',
  '+33 1 23 45',
  '@import',
  "'apostrophe",
  'Größe – 中文 – 😀 – é',
  '_x000D_ and _x0041_',
  'bell \u0007 and delete \u007f',
  'line\u2028separator',
  '<b>&amp;</b>',
  '{"json": true}',
  '\\N',
  "'80s mug",
  '="00123"',
  '\'="a"',
  '007',
  '1.5E+10',
  'TRUE',
];

describe.each(['csv', 'xlsx'] as const)('an export as %s, loaded again', (format) => {
  test('changes nothing, whatever the texts are', async () => {
    for (const [place, text] of awkwardTexts.entries()) {
      await store({ sku: `T-${place}`, description: text, attributes: { Note: text } });
    }
    await store({ sku: 'N', name: '=HYPERLINK("https://a.example","x"), 1\n2' });
    await expectNothingChanged((await exported(format)).file, format);
  });

  test('changes nothing, whatever SKU, price, flag, owner and images are', async () => {
    await store({ sku: '000123', price: '0' });
    await store({ sku: '12345678901234567890', price: '123456789012.3456' });
    await store({ sku: '=A1', price: '1.125', owner: '0042' });
    await store({ sku: 'Ünï,"x"', price: '123.456', active: false });
    await store({ sku: '2024-01-31', price: '999999.9999' });
    await store({ sku: '-5', price: '0.125', images: ['https://a.example/1.jpg?a=1,2;3'] });
    await store({
      sku: 'TRUE',
      images: ['https://a.example/1.jpg', 'http://b.example/a|b.jpg', 'https://c.example/'],
    });
    await expectNothingChanged((await exported(format)).file, format);
  });

  test('keeps attributes whose names mean something to a load', async () => {
    const names = [
      ...['title', 'Price', 'action', '_row', '_errors', 'attributes', 'attributes.title'],
      ...['Handle', 'Variant SKU', 'Variant Price', 'Published', 'Tax status', 'images'],
      ...['Color', 'color', 'a,b', 'two\nlines', '"q"', '=1', '1', 'column 3', '__proto__'],
      ...[' spaces ', '\ufeffmark', 'constructor', 'Prix (EUR)'],
    ];
    for (const [place, name] of names.entries()) {
      await store({ sku: `K-${place}`, attributes: Object.fromEntries([[name, 'x']]) });
    }
    await store({ sku: 'all', attributes: Object.fromEntries(names.map((name) => [name, name])) });
    await expectNothingChanged((await exported(format)).file, format);
  });

  test('keeps more attributes than a sheet should have columns', async () => {
    const names = Array.from({ length: 501 }, (_, place) => `attribute ${place}`);
    await store({
      sku: 'all',
      attributes: Object.fromEntries(names.map((name) => [name, 'x\n"'])),
    });
    await store({ sku: 'none' });
    await store({ sku: 'one', attributes: { 'attribute 7': 'seven' } });
    await expectNothingChanged((await exported(format)).file, format);
  });

  test('keeps a product without a name', async () => {
    await store({ sku: 'A', name: null, price: '1' });
    await store({ sku: 'B' });
    await expectNothingChanged((await exported(format)).file, format);
  });

  test('is only a header where there are no products', async () => {
    const { file, count } = await exported(format);
    expect(count.products).toBe(0);
    const report = await expectNothingChanged(file, format);
    expect(report.rows.read).toBe(0);
  });
});

describe('an export', () => {
  test('has a column for each field and attribute, and neither ids nor times', async () => {
    await store({ sku: 'B', price: '1.125', attributes: { title: 'x', Color: 'red' } });
    await store({ sku: 'a', description: 'two\nlines', images: ['https://a.example/1.jpg'] });
    const { file } = await exported('csv');
    expect(file.toString()).toBe(
      'sku,name,description,price,active,owner,images,Color,attributes.title\n' +
        'a,Product a,"two\nlines",,true,,https://a.example/1.jpg,,\n' +
        'B,Product B,,1.1250,true,,,red,x\n',
    );
  });

  test('holds what the filter chooses, and its attributes only', async () => {
    await store({ sku: 'A', owner: 'acme', attributes: { Color: 'red' } });
    await store({ sku: 'B', attributes: { Size: 'L' } });
    const { file } = await exported('csv', { filter: { owner: 'acme' } });
    expect(file.toString()).toBe(
      'sku,name,description,price,active,owner,images,Color\nA,Product A,,,true,acme,,red\n',
    );
  });

  test('as NDJSON is what product update takes, and then nothing changes', async () => {
    await store({ sku: 'A', price: '1.125', attributes: { title: '=1', ' x ': 'y' } });
    await store({ sku: 'B', images: ['https://a.example/1.jpg'], description: ' \r\n"x' });
    const before = await allRows();
    const { file } = await exported('ndjson');
    const args = ['product', 'update', '-', '--quiet'];
    const { code, stderr } = await runCli(args, { url: db.url, stdin: file });
    expect(code, stderr).toBe(0);
    expect(await allRows()).toEqual(before);
  });

  test('protects spreadsheets from formulas when asked to', async () => {
    await store({ sku: '=A', name: '+1', description: '\r=1', attributes: { '=K': '-1' } });
    const { file } = await exported('csv', { protect: neutralised });
    expect(file.toString()).toBe(
      "sku,name,description,price,active,owner,images,'=K\n'=A,'+1,\"'\r=1\",,true,,,'-1\n",
    );
  });

  test('counts what will not be read as it was written', async () => {
    await store({ sku: '1.2E+12', description: 'x'.repeat(32_768) });
    const { count } = await exported('xlsx');
    expect(count).toEqual({ products: 1, mangledSkus: 1, longCells: 1 });
  });

  test('is one moment of the catalogue', async () => {
    for (let place = 0; place < 3; place++) await store({ sku: `A-${place}` });
    const { signal } = new AbortController();
    const request = { format: 'csv', filter: {}, protect: (text: string) => text, signal } as const;
    const count = { products: 0, mangledSkus: 0, longCells: 0 };
    const chunks = exportProducts(db.session, request, count);
    await chunks.next();
    const session = await db.database.session();
    await insertProduct({ session }, { sku: 'A-1b', name: 'late' });
    const rest: string[] = [];
    for await (const chunk of chunks) rest.push(chunk as string);
    expect(rest.join('').match(/^A-\w+/gm)).toEqual(['A-0', 'A-1', 'A-2']);
  });
});
