import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import type { BookType } from '@e965/xlsx';
import exceljs from 'exceljs';
import iconv from 'iconv-lite';
import { stringify } from 'csv-stringify/sync';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { load } from '../../src/commands/load.js';
import type { Report } from '../../src/load/job.js';
import { S3Server } from '../image/s3-server.js';
import { FtpServer } from '../remote/ftp-server.js';
import { FileHost } from '../remote/host.js';
import { password, SftpServer, user } from '../remote/sftp-server.js';
import { storedProducts, useCatalogue, type StoredProduct } from '../setup/catalogue.js';
import { runCli } from '../setup/cli.js';
import { useFolder, useTemporaryFiles } from '../setup/folder.js';
import { loadText, runCommand } from '../setup/load.js';
import { zip } from '../source/zip.js';

const db = useCatalogue();
const folder = useFolder();
const temporaryFiles = useTemporaryFiles();
afterEach(() => expect(temporaryFiles()).toEqual([]));

let http: FileHost;
let s3: S3Server;
let sftp: SftpServer;
let ftp: FtpServer;
beforeAll(async () => {
  http = await FileHost.start();
  s3 = await S3Server.start();
  sftp = await SftpServer.start();
  ftp = await FtpServer.start();
  vi.stubEnv('AWS_ACCESS_KEY_ID', s3.credentials.id);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', s3.credentials.secret);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('SSH_AUTH_SOCK', '');
});
afterAll(async () => {
  for (const server of [http, s3, sftp, ftp]) await server.stop();
  vi.unstubAllEnvs();
});

/** Leading zeros, two rows of one SKU, quotes, line breaks, accents that windows-1252 has, rejects. */
const table = [
  ['sku', 'name', 'price', 'description', 'Couleur'],
  ['00012', 'Thé vert', '7.90', 'Léger, "frais"\net bon', 'vert'],
  ['A-1', 'Café', '12.00', '', ''],
  ['a-1', 'Café; le second', '12.50', 'gagne', 'noir'],
  ['B-2', '', '3.00', 'sans nom', ''],
  ['C-3', 'Prix étrange', 'cher', '', ''],
  ['12345678901234567890', 'Long €', '0.10', ' bord ', 'bleu'],
];

const csv = (delimiter: string, encoding = 'utf-8', bom = false) =>
  iconv.encode(stringify(table, { delimiter }), encoding, { addBOM: bom });

/** What stands for a price of digits is a number in JSON. */
const objects = table.slice(1).map((cells) => {
  const members = table[0]!.map((key, at) => {
    const isNumber = key === 'price' && /^\d/.test(cells[at]!);
    return `${JSON.stringify(key)}: ${isNumber ? cells[at]! : JSON.stringify(cells[at])}`;
  });
  return `{${members.join(', ')}}`;
});
const json = `{"count": 6, "products": [\n${objects.join(',\n')}\n]}`;

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const elements = table.slice(1).map(([sku, ...cells]) => {
  const children = cells.map((text, at) => {
    const name = table[0]![at + 1]!;
    return `<g:${name}>${escaped(text)}</g:${name}>`;
  });
  return `<offer sku="${sku}">${children.join('')}</offer>`;
});
const xml = `<?xml version="1.0"?><!-- a feed -->\n<shop xmlns:g="urn:g"><name>x</name>\n${elements.join('\n')}\n</shop>`;

const lines = table.map((cells) => {
  return `<tr>${cells.map((text) => `<td>${escaped(text).replace('\n', '<br>')}</td>`).join('')}</tr>`;
});
const layout = '<table><tr><td>Accueil</td><td>Contact</td></tr></table>';
const page = `<html><body>${layout}<table>${lines.join('\n')}</table></body></html>`;

const files: [string, () => Buffer | Promise<Buffer>][] = [
  ['comma, UTF-8', () => csv(',')],
  ['semicolon', () => csv(';')],
  ['tab', () => csv('\t')],
  ['pipe', () => csv('|')],
  ['UTF-8 with BOM', () => csv(',', 'utf-8', true)],
  ['UTF-16 with BOM', () => csv(';', 'utf-16le', true)],
  ['UTF-16 without BOM', () => csv(',', 'utf-16be')],
  ['windows-1252', () => csv(';', 'windows-1252')],
  ['gzip', () => gzipSync(csv(','))],
  ['NDJSON', () => Buffer.from(objects.join('\n'))],
  ['JSON', () => Buffer.from(json)],
  ['JSON in UTF-16', () => iconv.encode(json, 'utf-16le', { addBOM: true })],
  ['XLSX', xlsx],
  ['XLSX in gzip', async () => gzipSync(await xlsx())],
  ['XML', () => Buffer.from(xml)],
  ['XML in UTF-16', () => iconv.encode(xml, 'utf-16be', { addBOM: true })],
  ['zip of a CSV', () => zip([{ name: 'a/feed.csv', data: csv(';') }])],
  ['zip of JSON in gzip', () => zip([{ name: 'feed.json.gz', data: gzipSync(json) }])],
  ['zip of XML', () => zip([{ name: 'feed.xml', data: xml }])],
  ['zip of an XLSX', async () => zip([{ name: 'feed.xlsx', data: await xlsx() }])],
  ['XLS', () => book('biff8')],
  ['Excel 2003 sheet', () => book('xlml')],
  ['ODS', () => book('ods')],
  ['XLSB', () => book('xlsb')],
  ['page with a table', () => Buffer.from(page)],
  ['page in windows-1252', () => iconv.encode(page, 'windows-1252')],
];

/** Where a catalogue can be. Each puts it there, and gives the words that load it. */
const sources: Record<string, (bytes: Buffer) => string[]> = {
  http: (bytes) => [http.put('/feed', bytes)],
  s3: (bytes) => {
    s3.objects.set('feed', { body: bytes, contentType: undefined });
    return ['s3://shop/feed', '--endpoint-url', s3.endpoint, '--path-style'];
  },
  sftp: (bytes) => {
    sftp.files.set('/feed', bytes);
    const known = folder.write('known_hosts', sftp.knownHosts);
    return [`sftp://${user}:${password}@127.0.0.1:${sftp.port}/feed`, '--known-hosts', known];
  },
  ftp: (bytes) => {
    ftp.files.set('feed', bytes);
    return [`ftp://${user}:${password}@127.0.0.1:${ftp.port}/feed`];
  },
};

/**
 * Read as they come, from a copy, and by the library that needs all of it. All that come once go
 * one way, so that these show what a source may do to it; http is tried with every format.
 */
const fromEverywhere = ['comma, UTF-8', 'NDJSON', 'XLSX', 'ODS', 'zip of XML'];

it.each(files)(
  'gives the same catalogue and counts from %s, wherever it is',
  async (name, make) => {
    const bytes = await make();
    const report = await loaded([folder.write('feed', bytes)]);
    expect(report.rows).toEqual({ read: 6, rejected: 2, duplicates: 1 });
    expect(report.products).toMatchObject({ inserted: 3 });
    // Where products bring their own keys there is no row of a header.
    const header = /JSON|XML/.test(name) ? 0 : 1;
    expect(report.failedRows.map(({ rowNumber, code }) => [rowNumber - header, code])).toEqual([
      [4, 'required'],
      [5, 'price_invalid'],
    ]);
    const stored = await storedProducts(db());
    expect(stored.map(told)).toEqual([
      ['00012', 'Thé vert', '7.9000', 'Léger, "frais"\net bon', { Couleur: 'vert' }],
      // White space around a cell of a page is not shown.
      [
        '12345678901234567890',
        'Long €',
        '0.1000',
        /page/.test(name) ? 'bord' : ' bord ',
        { Couleur: 'bleu' },
      ],
      ['a-1', 'Café; le second', '12.5000', 'gagne', { Couleur: 'noir' }],
    ]);

    const again = {
      ...seen(report),
      products: { ...report.products, inserted: 0, unchanged: 3 },
    };
    for (const [scheme, put] of Object.entries(sources)) {
      if (scheme !== 'http' && !fromEverywhere.includes(name)) continue;
      expect(seen(await loaded(put(bytes))), scheme).toEqual(again);
    }
    if (fromEverywhere.includes(name)) {
      const piped = await runCli(['load', '-', '--json'], { url: db().url, stdin: bytes });
      expect(seen(piped.json<Report>()), 'standard input').toEqual(again);
    }
    // Not one was written again.
    expect(await storedProducts(db())).toEqual(stored);
  },
);

async function loaded(words: string[]): Promise<Report> {
  const { exitCode, result, error } = await runCommand(db(), load, words);
  expect({ exitCode, error }).toEqual({ exitCode: 3, error: null });
  return result as Report;
}

/** What must be the same from everywhere. */
function seen({ rows, products, failedRows, source }: Report) {
  const { sha256, format, encoding, delimiter, sheet, member } = source;
  return { rows, products, failedRows, sha256, format, encoding, delimiter, sheet, member };
}

const rows = Array.from({ length: 3000 }, (_, i) => `${i * 7919}-${i % 13},Name ${i * 31}\n`);
const packed = gzipSync(`sku,name\n${rows.join('')}`);

it('loads nothing of a gzip file that stops, or is spoilt, before its end', async () => {
  const spoilt = Buffer.from(packed);
  spoilt[packed.length - 8]! ^= 1;
  for (const content of [packed.subarray(0, -200), packed.subarray(0, -1), spoilt]) {
    const { exitCode, error, report } = await loadText(db(), content);
    expect([exitCode, error?.code, report.status]).toEqual([2, 'file_damaged', 'failed']);
  }
  expect(await storedProducts(db())).toEqual([]);
});

it('loads all of a gzip file that is filled up with zeros', async () => {
  const { exitCode, report } = await loadText(db(), Buffer.concat([packed, Buffer.alloc(20_000)]));
  expect([exitCode, report.rows.read]).toEqual([0, rows.length]);
  expect(report.notes).toEqual(['There is no column for the price: prices stay as they are']);
});

function told({ sku, name, price, description, attributes }: StoredProduct) {
  return [sku, name, price, description, attributes];
}

async function xlsx(): Promise<Buffer> {
  const workbook = new exceljs.Workbook();
  workbook.addWorksheet('products').addRows(table);
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

function book(bookType: BookType): Buffer {
  const library = createRequire(import.meta.url)('@e965/xlsx') as typeof import('@e965/xlsx');
  library.set_cptable(createRequire(import.meta.url)('@e965/xlsx/dist/cpexcel.js'));
  const workbook = library.utils.book_new();
  library.utils.book_append_sheet(workbook, library.utils.aoa_to_sheet(table), 'products');
  return library.write(workbook, { type: 'buffer', bookType }) as Buffer;
}
