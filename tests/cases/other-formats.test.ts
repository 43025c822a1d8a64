import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import fc from '../setup/property.js';
import { productExport } from '../../src/commands/product/export.js';
import { storedProducts, useCatalogue } from '../setup/catalogue.js';
import { loadText, runCommand } from '../setup/load.js';
import { cellsOf, readText } from '../source/reading.js';
import { zip } from '../source/zip.js';

const db = useCatalogue();

const told = async () =>
  (await storedProducts(db())).map(({ sku, name, price, attributes }) => {
    return [sku, name, price, ...(Object.keys(attributes).length > 0 ? [attributes] : [])];
  });

/** What stands in `attributes`, with every digit that the database keeps. */
async function attributesText(sku: string): Promise<string> {
  const { rows } = await db().session.client.query<{ text: string }>(
    'select attributes::text as text from prodimport.products where sku = $1',
    [sku],
  );
  return rows[0]!.text;
}

it('keeps the digits of numbers and the types of all else in a JSON file', async () => {
  const content = `[{"sku":"00123","name":"Kettle","price":9.90,"stock":12345678901234567890,
    "rate":1.50,"tags":["a", "b"],"size":{"w":1.10},"new":true,"none":null,
    "images":["https://x.example/a.jpg","https://x.example/b|c.jpg"]},
    {"sku":124,"name":"Cup","price":"1.234"}]`;
  const { exitCode } = await loadText(db(), content);
  expect(exitCode).toBe(0);
  const [kettle, cup] = await storedProducts(db());
  expect([kettle!.sku, kettle!.price, cup!.sku, cup!.price]).toEqual([
    ...['00123', '9.9000'],
    ...['124', '1.2340'],
  ]);
  expect(kettle!.images).toEqual(['https://x.example/a.jpg', 'https://x.example/b|c.jpg']);
  expect(await attributesText('00123')).toBe(
    '{"new": true, "rate": 1.50, "size": {"w": 1.10}, "tags": ["a", "b"], "stock": 12345678901234567890}',
  );
});

it('takes a key that is lacking for absent, and one that comes late for what it is', async () => {
  const lines = [
    '{"sku":"A","name":"Kettle","price":1,"description":"old","color":"red"}',
    '{"sku":"B","name":"Cup","price":2}',
  ];
  await loadText(db(), lines.join('\n'));
  const filler = Array.from({ length: 9000 }, (_, i) => {
    return `{"sku":"F${i}","name":"Filler ${i}","note":"${'x'.repeat(100)}"}`;
  });
  const late = ['{"sku":"A","price":5}', '{"sku":"B","description":"new","size":3}', '{"sku":"C"}'];
  const { report } = await loadText(db(), [...filler, ...late].join('\n'), '--blank clear');
  expect(report.failedRows.map(({ code, value, rowNumber }) => [rowNumber, code, value])).toEqual([
    [9003, 'required', ''],
  ]);
  const stored = (await storedProducts(db())).filter(({ sku }) => sku.length === 1);
  expect(
    stored.map(({ sku, name, price, description, attributes }) => [
      ...[sku, name, price, description, attributes],
    ]),
  ).toEqual([
    ['A', 'Kettle', '5.0000', 'old', { color: 'red' }],
    ['B', 'Cup', '2.0000', 'new', { size: 3 }],
  ]);
});

it('rejects what is no product of a JSON file, and writes it so that it loads again', async () => {
  const lines = [
    '{"sku":"A","name":"Kettle","price":9.90}',
    '',
    '{"sku":"B","sku":"C","name":"Twice"}',
    '{"sku":"D","name":["a"]}',
    '{"sku":"E","name":"broken',
    '{"sku":"F","name":"F","price":3} more',
    '{"sku":"G","name":"G","price":-1,"big":1.10}',
    '{"sku":"H","name":"H","note":"a\\u0000b"}',
    '{"sku":"I","name":"I","list":["\\ud800"]}',
    '{"sku":"J","name":"J","n":1e99999}',
  ];
  const folder = mkdtempSync(join(tmpdir(), 'prodimport-rejects-'));
  try {
    const file = join(folder, 'rejects.ndjson');
    const { report } = await loadText(db(), lines.join('\n'), `--rejects ${file}`);
    const codes = report.failedRows.map(({ rowNumber, column, code }) => [rowNumber, column, code]);
    expect(codes).toEqual([
      [3, null, 'column_count'],
      [4, 'name', 'column_count'],
      [5, null, 'quote_unterminated'],
      [6, null, 'quote_misplaced'],
      [7, 'price', 'out_of_range'],
      [8, 'note', 'nul_character'],
      [9, 'list', 'invalid_encoding'],
      [10, 'n', 'out_of_range'],
    ]);
    const written = readFileSync(file, 'utf8');
    expect(written).toContain(`${lines[2]!}\n{"sku":"D","name":["a"],"_row":4,"_errors":"column_c`);
    const again = await loadText(db(), written);
    expect(again.report.rows).toMatchObject({ read: 8, rejected: 8 });
    const mended = written.replace('"price":-1', '"price":1');
    await loadText(db(), mended);
    expect(await told()).toEqual([
      ['A', 'Kettle', '9.9000'],
      ['G', 'G', '1.0000', { big: 1.1 }],
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const value = fc.jsonValue({ maxDepth: 2, noUnicodeString: false }).filter((one) => {
  return one !== null && !/\\u0000|\\ud[89a-f]/.test(JSON.stringify(one));
});

it('loads what was exported as NDJSON as all unchanged', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'prodimport-export-'));
  const file = join(folder, 'all.ndjson');
  const export_ = () => runCommand(db(), productExport, ['--format', 'ndjson', '--output', file]);
  const products = fc.array(
    fc.record({ price: fc.integer({ min: 0, max: 99999 }), value, other: fc.string() }),
    { minLength: 1, maxLength: 5 },
  );
  try {
    await fc.assert(
      fc.asyncProperty(products, async (made) => {
        const lines = made.map(({ price, value: kept, other }, at) => {
          const attributes = { kept, other: other.replaceAll('\0', '') || 'x', at };
          return JSON.stringify({ sku: `P${at}`, name: 'P', price: price / 1000, attributes });
        });
        const first = await loadText(db(), lines.join('\n'));
        expect(first.report.failedRows).toEqual([]);
        await export_();
        const { exitCode, report } = await loadText(db(), readFileSync(file));
        expect([exitCode, report.products!.unchanged]).toEqual([0, report.rows.read]);
      }),
      { numRuns: 15 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('takes the file of a zip that --member names, where there are several', async () => {
  const archive = zip([
    { name: 'a.csv', data: 'sku,name\nA,Kettle\n' },
    { name: 'b.ndjson', data: '{"sku":"B","name":"Cup"}\n' },
    { name: '__MACOSX/._a.csv', data: 'x' },
    { name: 'photo.png', data: Buffer.from('\x89PNG', 'latin1') },
    { name: 'liesmich.txt', data: 'Hallo' },
  ]);
  const asked = await loadText(db(), archive);
  expect([asked.exitCode, asked.error?.message]).toEqual([
    2,
    expect.stringContaining('holds 2 files that may be meant: "a.csv", "b.ndjson"'),
  ]);
  const { report } = await loadText(db(), archive, '--member b.ndjson');
  expect(report.source).toMatchObject({ member: 'b.ndjson', format: 'ndjson' });
  expect(await told()).toEqual([['B', 'Cup', null]]);
});

it.each([
  [
    'list',
    '{"prices":[{"name":"Cup","price":1,"currency":"EUR"}],"goods":[{"sku":"A","stock":"1"}]}',
    'goods',
  ],
  [
    'element',
    '<shop><item><name>Cup</name><price>1</price></item><article sku="A"><stock>1</stock></article></shop>',
    'article',
  ],
])('names the other %s that has a SKU, where the one taken has none', async (_, file, name) => {
  const { exitCode, error } = await loadText(db(), file);
  expect(exitCode).toBe(2);
  expect(error?.message).toContain(`--sheet "${name}"`);
});

it('takes rejects of JSON that begin with what is no product for the NDJSON that they are', async () => {
  const file = 'null\n12\n{"sku":"A","name":"Cup","_row":3,"_errors":"x"}\n';
  const { report } = await loadText(db(), file);
  expect(report.failedRows.map(({ rowNumber }) => rowNumber)).toEqual([1, 2]);
  expect(report.source.format).toBe('ndjson');
  expect(await told()).toEqual([['A', 'Cup', null]]);
});

it('takes the rejects of XML back by the same command line, and no other JSON', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'prodimport-xml-'));
  try {
    const rejects = join(folder, 'rejects.ndjson');
    const feed =
      '<feed><item><sku>A</sku><name>Cup</name><price>9</price></item><item><sku>B</sku><name>Pot</name><price>x</price></item></feed>';
    await loadText(db(), feed, `--format xml --rejects ${rejects}`);
    const mended = readFileSync(rejects, 'utf8').replace('"x"', '"8"');
    expect((await loadText(db(), mended, '--format xml')).exitCode).toBe(0);
    expect(await told()).toEqual([
      ['A', 'Cup', '9.0000'],
      ['B', 'Pot', '8.0000'],
    ]);
    const { error } = await loadText(db(), '{"sku":"A","name":"Cup"}', '--format xml');
    expect(error?.code).toBe('format_mismatch');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it.each([
  ['a bomb', zip([{ name: 'a.csv', data: '', claimedBytes: 4e9 }]), /unpack it and load/],
  ['encrypted', zip([{ name: 'a.csv', data: 'sku\nA', encrypted: true }]), /is encrypted/],
  ['a zip in a zip', zip([{ name: 'a.zip', data: zip([]) }]), /a zip archive itself/],
  ['empty', zip([]), /an empty ZIP archive/],
])('refuses an archive that is %s by its name', async (_, archive, message) => {
  const { exitCode, error } = await loadText(db(), archive);
  expect([exitCode, error?.message]).toEqual([2, expect.stringMatching(message)]);
});

/** The archive with its places and sizes as numbers of 64 bits, as those of more than 4 GB have. */
function zip64(archive: Buffer): Buffer {
  const end = archive.subarray(-22);
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt32LE(0x002d002d, 12);
  for (const at of [24, 32]) record.writeBigUInt64LE(BigInt(end.readUInt16LE(8)), at);
  record.writeBigUInt64LE(BigInt(end.readUInt32LE(12)), 40);
  record.writeBigUInt64LE(BigInt(end.readUInt32LE(16)), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(archive.length - 22), 8);
  locator.writeUInt32LE(1, 16);
  const last = Buffer.from(end).fill(0xff, 8, 20);
  return Buffer.concat([archive.subarray(0, -22), record, locator, last]);
}

it('reads an archive that counts in 64 bits', async () => {
  const archive = zip64(zip([{ name: 'a.csv', data: 'sku,name\nA,Kettle\n' }]));
  expect((await loadText(db(), archive)).error).toBeNull();
  expect(await told()).toEqual([['A', 'Kettle', null]]);
});

it('reads the elements of a feed: children and attributes, namespaces aside', async () => {
  const feed = `<?xml version="1.0"?><!DOCTYPE yml SYSTEM "shops.dtd"><yml xmlns:g="x"><shop>
    <categories><category id="1">Tea</category></categories><offers>
    <offer id="7" available="true"><g:sku>A-1</g:sku><name><![CDATA[Kettle & lid]]></name>
      <price currency="EUR">9.90</price><image>https://x.example/a.jpg</image>
      <image>https://x.example/b.jpg</image><size><w>1</w><h>2</h></size></offer>
    <offer id="8"><g:sku>A-2</g:sku><name>Cup</name><price>1.50</price></offer>
    <offer id="9"><g:sku>A-3</g:sku><name>One</name><name>Two</name></offer>
    </offers></shop></yml>`;
  const { report } = await loadText(db(), feed);
  expect(report.failedRows.map(({ rowNumber, column, code }) => [rowNumber, column, code])).toEqual(
    [[3, 'name', 'column_count']],
  );
  expect(report.source).toMatchObject({ format: 'xml', sheet: 'offer' });
  const attributes = { id: '7', available: 'true', 'price.currency': 'EUR' };
  expect(await told()).toEqual([
    ['A-1', 'Kettle & lid', '9.9000', { ...attributes, size: { w: '1', h: '2' } }],
    ['A-2', 'Cup', '1.5000', { id: '8' }],
  ]);
  expect((await storedProducts(db()))[0]!.images).toHaveLength(2);
});

/** A sheet as LibreOffice writes it: the format of a whole column stands with the column alone. */
function ods(cells: [value: string, shown: string, style?: string][]): Buffer {
  const rows = cells.map(([value, shown, style]) => {
    const named = style === undefined ? '' : ` table:style-name="${style}"`;
    const sku = `<table:table-cell${named} office:value-type="float" office:value="${value}"><text:p>${shown}</text:p></table:table-cell>`;
    return `<table:table-row>${sku}${textCell('Kettle')}</table:table-row>`;
  });
  const content = `<?xml version="1.0" encoding="UTF-8"?><office:document-content
    xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
    xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
    xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"
    xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:automatic-styles>
    <number:number-style style:name="N1"><number:number number:min-integer-digits="5"/></number:number-style>
    <style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>
    </office:automatic-styles><office:body><office:spreadsheet><table:table table:name="p">
    <table:table-column table:default-cell-style-name="ce1"/><table:table-row>${textCell('sku')}${textCell('name')}</table:table-row>
    ${rows.join('')}</table:table></office:spreadsheet></office:body></office:document-content>`;
  return zip([
    { name: 'mimetype', data: 'application/vnd.oasis.opendocument.spreadsheet', stored: true },
    { name: 'content.xml', data: content },
    { name: 'styles.xml', data: '<styles/>' },
    { name: 'META-INF/manifest.xml', data: '<manifest/>' },
  ]);
}

const textCell = (text: string) =>
  `<table:table-cell office:value-type="string"><text:p>${text}</text:p></table:table-cell>`;

it('takes the SKU of an ODS sheet as it is shown, and rejects what shows another number', async () => {
  const file = ods([
    ['123', '00123'],
    ['124', '00124', 'ce1'],
    ['125', '125', 'ce1'],
    ['12', 'ART-0012'],
    ['1234', '1,234'],
    ['77', '77.00'],
    ['5', '5 pcs'],
    ['123000', '1.23E+05'],
  ]);
  const { exitCode, report } = await loadText(db(), file);
  expect(exitCode).toBe(3);
  expect(report.failedRows.map(({ rowNumber, code }) => [rowNumber, code])).toEqual([
    [8, 'excel_format'],
    [9, 'excel_format'],
  ]);
  const skus = (await storedProducts(db())).map(({ sku }) => sku);
  expect(skus.sort()).toEqual(['00123', '00124', '00125', '1234', '77', 'ART-0012']);
});

describe('a text as a database writes it', () => {
  const outfile = [
    ['sku', 'name', 'description', 'price'],
    ['A', 'Kettle 5" wide', '\\N', '9.90'],
    ['B', 'Line\\\nbroken', '\\N', '1.50'],
    ['C', 'Tab\\\there', 'x\\ny', '2.50'],
    ['D', 'Back\\\\slash', 'ends\\\\', '3.00'],
    ['E', 'Ends\\\\\\', 'more', '4.00'],
  ]
    .map((cells) => cells.join('\t') + '\n')
    .join('');
  const right = [
    ['A', 'Kettle 5" wide', null, '9.9000'],
    ['B', 'Line\nbroken', null, '1.5000'],
    ['C', 'Tab\there', 'x\ny', '2.5000'],
    ['D', 'Back\\slash', 'ends\\', '3.0000'],
  ];
  const stored = async () =>
    (await storedProducts(db())).map(({ sku, name, description, price }) => {
      return [sku, name, description, price];
    });

  it('has backslashes before line ends, tabs and themselves', async () => {
    const { exitCode, report } = await loadText(db(), outfile.replace('\\\\\\\t', '\\\\\t'));
    expect([exitCode, report.rows.read]).toEqual([0, 5]);
    expect(report.notes.join()).toContain('Backslashes read as a database writes them');
    expect(await stored()).toEqual([...right, ['E', 'Ends\\', 'more', '4.0000']]);
  });

  it('keeps its rows apart wherever the file is cut, and their numbers and lines', () => {
    const options = { delimiter: '\t', isEscaped: true };
    const whole = readText(outfile, options);
    expect(whole.map(({ rowNumber, line }) => [rowNumber, line])).toEqual([
      ...[1, 2, 3].map((row) => [row, row]),
      ...[4, 5, 6].map((row) => [row, row + 1]),
    ]);
    for (const chunkBytes of [1, 2, 3, 5, 7]) {
      expect(readText(outfile, { ...options, chunkBytes, pieceBytes: 1 })).toEqual(whole);
    }
  });

  it('rejects rows that no database writes so, and gives them back to be read as they were', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prodimport-escaped-'));
    try {
      const rejects = join(folder, 'rejects.tsv');
      const filled = 'F\tCup\t\\N\t1.00\n'.repeat(6000);
      const late = `${filled}G\tBack\\slash\tx\t1.00\nH\t"Cup\\\\"\tx\t1.00\nI\tC:\\\\new\t\\N\tx\n`;
      const { report } = await loadText(db(), outfile + late, `--rejects ${rejects}`);
      expect(report.failedRows.slice(-3).map(({ code }) => code)).toEqual([
        'quote_misplaced',
        'quote_misplaced',
        'price_invalid',
      ]);
      const mended = readFileSync(rejects, 'utf8').replace(/(C:\\new.*)\tx\t/, '$1\t2.00\t');
      expect(mended).toContain('"C:\\new"');
      await loadText(db(), mended);
      expect((await stored()).find(([sku]) => sku === 'I')).toEqual([
        'I',
        'C:\\new',
        null,
        '2.0000',
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    ['quotes', 'A\t"Cup\\\\"\t\\N\n', 'Cup\\\\'],
    ['no \\N', 'A\tCup\\\\\t\n', 'Cup\\\\'],
    ['another delimiter', 'A,Cup\\\\,\\N\n', 'Cup\\\\'],
    ['a backslash before what needs none', 'A\tC:\\some\\new\t\\N\n', 'C:\\some\\new'],
  ])('is none that has %s', async (_, row, name) => {
    const header = row.includes(',') ? 'sku,name,description\n' : 'sku\tname\tdescription\n';
    const { report } = await loadText(db(), header + row);
    expect(report.notes.join()).not.toContain('Backslashes');
    expect((await stored()).map((cells) => cells[1])).toEqual([name]);
  });

  it('is read as it stands where no sign is a quote', async () => {
    const text = 'sku\tname\tdescription\nA\tC:\\new\t\\N\n';
    await loadText(db(), text, '--quote none');
    expect((await stored()).map((cells) => cells[1])).toEqual(['C:\\new']);
  });

  it('gives back any texts that were escaped', () => {
    const cell = fc.string({ unit: fc.constantFrom('\\', '\t', '\n', '\r', 'N', 'n', 'a') });
    const escape = (text: string) => text.replace(/[\\\t\n]/g, '\\$&');
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 3 })), (rows) => {
        const kept = rows.map((cells) => ['x', ...cells, 'y']);
        for (const end of ['\n', '\r\n']) {
          const text = kept.map((cells) => cells.map(escape).join('\t') + end).join('');
          const read = readText(text, { delimiter: '\t', isEscaped: true, chunkBytes: 3 });
          expect(cellsOf(read)).toEqual(kept);
        }
      }),
    );
  });
});

it('reads the names of characters in a page, but not what they stand for as markup', async () => {
  const cells = (tag: string, texts: string[]) =>
    `<tr>${texts.map((text) => `<${tag}>${text}</${tag}>`).join('')}</tr>`;
  const name =
    'Sch&uuml;ssel &ndash; gro&szlig; &frac12; &#8364; &Lstrok;&oacute;d&zacute; &lt;b&gt; &#60;i&#x3E; &amp;uuml; O&#39;Neil &#150; R&D;';
  const rows = [
    cells('th', ['sku', 'name', 'price']),
    cells('td', ['A', name, '&euro;&nbsp;9,90']),
  ];
  const { exitCode } = await loadText(db(), `<html><table>${rows.join('')}</table></html>`);
  expect(exitCode).toBe(0);
  expect(await told()).toEqual([
    ['A', "Schüssel – groß ½ € Łódź <b> <i> &uuml; O'Neil – R&D;", '9.9000'],
  ]);
});
