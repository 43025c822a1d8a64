import { createWriteStream, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { useFolder } from '../setup/folder.js';
import { loadText } from '../setup/load.js';
import { workbookParts } from '../source/workbook.js';
import { zip } from '../source/zip.js';
import { expectBounded } from './bounded.js';
import { counted } from './table.js';

const megabyte = 1_000_000;

interface Trial {
  name: string;
  /** what the file holds; a function makes something else at the path */
  content: string | Buffer | (() => Iterable<string | Buffer>) | ((path: string) => unknown);
  code: number;
  says: RegExp;
  long?: boolean;
  /** a file that is loaded before, as what the catalogue holds */
  stored?: string;
}

const folder = useFolder();
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const row = '<row><c t="inlineStr"><is><t>sku</t></is></c></row>';
const cell = '<row><c t="s"><v>0</v></c></row>';
const sheet = 'xl/worksheets/sheet1.xml';
const book = (change: object, name = sheet) =>
  zip(
    workbookParts({ rows: cell, strings: '<si><t>sku</t></si>' }).map((part) =>
      part.name === name ? { ...part, ...change } : part,
    ),
  );
const xml = (prolog: string, text: string) =>
  book({
    data: `${prolog}<worksheet><sheetData><row><c t="inlineStr"><is><t>${text}</t></is></c></row></sheetData></worksheet>`,
  });
const laughs = `<!DOCTYPE x [<!ENTITY a "${'ha'.repeat(1000)}">${'bcdefghi'
  .split('')
  .map((name, i) => `<!ENTITY ${name} "${`&${'abcdefgh'[i]};`.repeat(10)}">`)
  .join('')}]>`;

function* repeated(head: string, chunk: string, megabytes: number): Iterable<string> {
  yield head;
  const block = chunk.repeat(Math.ceil(megabyte / chunk.length));
  for (let i = 0; i < megabytes; i++) yield block;
}

const header = 'sku,name\nA-1,Lamp\n';
const names = Array.from({ length: 10_000 }, (_, i) => `c${i}`);
const manyColumns = `sku,name,${names.join(',')}\nA-1,Lamp${',x'.repeat(10_000)}\n`;
const trials: Trial[] = [
  { name: 'NUL in a cell', content: `${header}B\0-2,Chair\n`, code: 3, says: /nul_character/ },
  {
    name: 'invalid UTF-8 at the border of chunks',
    content: Buffer.concat([
      Buffer.from(header + `é-0,${'x'.repeat(200)}\n`.repeat(1300)),
      Buffer.from(`B-2,${'y'.repeat(50)}`),
      Buffer.from([0xc3]),
      Buffer.from(`\nC-3,${'é'.repeat(90)}\n`.repeat(3000)),
    ]),
    code: 3,
    says: /invalid_encoding/,
  },
  { name: 'a lone \\.', content: `${header}\\.\n\\.,Dot\nB-2,\\.\n`, code: 3, says: /"read":4/ },
  {
    name: 'a field of 100 MB',
    content: () => repeated(`${header}B-2,`, 'x', 100),
    code: 3,
    says: /record_too_large/,
    long: true,
  },
  {
    name: '200 MB without a line end',
    content: () => repeated('', 'x', 200),
    code: 2,
    says: /SKU|header/i,
    long: true,
  },
  {
    name: 'a quote that never closes, before 50 MB',
    content: () => repeated(`${header}B-2,"open\n`, `C-3,${'Sofa '.repeat(50)}\n`, 50),
    code: 3,
    says: /quote_unterminated/,
    long: true,
  },
  {
    name: 'a quote that never closes',
    content: () => repeated(`${header}B-2,"open\n`, 'C-3,Sofa\n', 3),
    code: 3,
    says: /quote_unterminated/,
  },
  {
    name: '10,000 columns',
    content: manyColumns,
    code: 0,
    says: /"inserted":1/,
  },
  {
    name: 'a SKU of 100,000 characters',
    content: `${header}${'S'.repeat(100_000)},Long\n`,
    code: 3,
    says: /too_long/,
  },
  {
    name: 'two million rows of one SKU',
    content: () => repeated('sku,name\n', 'A-1,Lamp\n', 18),
    code: 0,
    says: /"duplicates":\d{7}/,
    long: true,
  },
  {
    name: 'two million rows of one SKU, whose product has 10,000 attributes',
    content: () => repeated('sku,name\n', 'A-1,Lamp\n', 18),
    code: 0,
    says: /"unchanged":1/,
    stored: manyColumns,
    long: true,
  },
  { name: 'a folder', content: (path) => mkdirSync(path), code: 2, says: /this is a folder/ },
  {
    name: 'a socket',
    content: (path) => createServer().listen(path).unref(),
    code: 2,
    says: /this is a socket/,
  },
  {
    name: 'a gzip bomb',
    content: () => [
      gzipSync(Buffer.concat([Buffer.from('sku,name\nA-1,'), Buffer.alloc(400 * megabyte, 'x')])),
    ],
    code: 3,
    says: /record_too_large/,
    long: true,
  },
  {
    name: 'a zip bomb of one part',
    content: () => [book({ data: Buffer.alloc(120 * megabyte, ' ') })],
    code: 2,
    says: /is refused/,
  },
  {
    name: 'a zip bomb of many parts',
    content: () => [
      zip([
        ...workbookParts({ rows: row }),
        ...Array.from({ length: 40_000 }, (_, i) => ({
          name: `xl/worksheets/s${i}.xml`,
          data: '',
          claimedBytes: 4_000_000_000,
        })),
      ]),
    ],
    code: 2,
    says: /parts|refused/,
  },
  {
    name: 'a zip in a zip',
    content: zip([{ name: 'inner.zip', data: zip([{ name: 'a.csv', data: 'sku,name\n' }]) }]),
    code: 2,
    says: /zip/i,
  },
  {
    name: 'a zip bomb as the sheet of a workbook',
    content: () => [book({ data: book({ data: Buffer.alloc(120 * megabyte, ' ') }) })],
    code: 2,
    says: /damaged|not well-formed|no row|nothing|is refused/i,
  },
  {
    name: 'a zip bomb in gzip in gzip',
    content: () => [gzipSync(gzipSync(book({ data: Buffer.alloc(120 * megabyte, ' ') })))],
    code: 2,
    says: /gzip|is refused/,
  },
  {
    name: 'a shared string that is repeated into gigabytes',
    content: () => [
      zip(
        workbookParts({
          rows: '<row><c t="s"><v>0</v></c></row>'.repeat(20_000),
          strings: `<si><t>${'x'.repeat(megabyte)}</t></si>`,
        }),
      ),
    ],
    code: 2,
    says: /is refused|SKU|header/,
  },
  { name: 'billion laughs', content: xml(laughs, '&i;'), code: 2, says: /a document type/ },
  {
    name: 'XXE',
    content: xml('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', '&e;'),
    code: 2,
    says: /a document type/,
  },
  {
    name: 'a truncated workbook',
    content: book({}).subarray(0, 600),
    code: 2,
    says: /cut off|truncated|damaged|end/i,
  },
  { name: 'a wrong checksum', content: book({ crc: 1 }), code: 2, says: /checksum|CRC|damaged/i },
  {
    name: 'names with ../',
    content: zip([...workbookParts({ rows: row }), { name: '../../escaped.txt', data: 'x' }]),
    code: 2,
    says: /./,
  },
];

describe('a file that means no good', () => {
  for (const [i, trial] of trials.entries()) {
    it.runIf(!trial.long || inject('thorough'))(
      `${trial.name}: ends with ${trial.code} in bounds of time and memory`,
      async () => {
        await db.session.client.query('truncate prodimport.products');
        const path = folder.path(`${i}.csv`);
        if (trial.stored) await loadText(db, trial.stored);
        await put(path, trial.content);
        await counted(trial.name, trial.code === 2 ? 'before' : 'after', async () => {
          await expectBounded(['load', path, '--json'], { ...trial, url: db.url });
          expect(readdirSync(folder.path('.'))).not.toContain('escaped.txt');
        });
        rmSync(path, { recursive: true, force: true });
      },
      300_000,
    );
  }
});

async function put(path: string, content: Trial['content']): Promise<void> {
  if (typeof content !== 'function') return writeFileSync(path, content);
  const made = (content as (path: string) => unknown)(path);
  if (Symbol.iterator in Object(made) && typeof made !== 'string') {
    await pipeline(Readable.from(made as Iterable<string>), createWriteStream(path));
  }
}
