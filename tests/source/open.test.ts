import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, chmod, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import zlib, { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { openSource } from '../../src/source/open.js';
import { useTemporaryFiles } from '../setup/folder.js';
import { allRows, automatic, cellsOf, folder, readFileRows } from './reading.js';

const temporaryFiles = useTemporaryFiles();
let files: Awaited<ReturnType<typeof folder>>;
beforeAll(async () => {
  files = await folder();
});
afterAll(() => files.remove());

const table = 'sku,name\nA,Kettle\nB,Cup\n';
const cells = [
  ['sku', 'name'],
  ['A', 'Kettle'],
  ['B', 'Cup'],
];

async function readStream(stream: AsyncIterable<Buffer | string>) {
  const source = await openSource({ ...automatic, file: '-' }, stream);
  const rows = await allRows(source);
  await source.close();
  return { source, rows, cells: cellsOf(rows) };
}

test('tells size, bytes read and the hash of the bytes as stored', async () => {
  const { source } = await readFileRows(await files.write('t.csv', table));
  expect(source).toMatchObject({ name: 't.csv', format: 'csv', bytesTotal: table.length });
  expect(source.bytesRead()).toBe(table.length);
  expect(await source.sha256()).toBe(createHash('sha256').update(table).digest('hex'));
  expect(source.damage()).toBeNull();
});

test('gives at most 50 rows ahead, and those again from the top', async () => {
  const text = `sku,name\n\n${'A,x\n'.repeat(200)}`;
  const { source, rows } = await readFileRows(await files.write('t.csv', text));
  expect(source.head).toHaveLength(50);
  expect(source.head).toEqual(rows.slice(0, 50));
  expect(rows).toHaveLength(201);
});

test('reads a last line without line end', async () => {
  const { cells: read } = await readFileRows(await files.write('t.csv', table.trimEnd()));
  expect(read).toEqual(cells);
});

test('says that a file ends inside a quote', async () => {
  const { source } = await readFileRows(await files.write('t.csv', `${table}C,"open\n`));
  expect(source.damage()).toMatch(/quote.*line 4/);
});

const tar = Buffer.alloc(1024);
tar.write('feed.csv');
tar.write('ustar', 257);

describe('zstd', () => {
  /** One frame of one block, which is stored as it is (RFC 8878). */
  const frame = (text: string) => {
    const block = Buffer.alloc(3);
    block.writeUIntLE((text.length << 3) | 1, 0, 3);
    const head = Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, text.length);
    return Buffer.concat([head, block, Buffer.from(text)]);
  };

  describe.runIf('createZstdDecompress' in zlib)('where Node can', () => {
    const read = async (...parts: Buffer[]) =>
      readFileRows(await files.write('t.zst', Buffer.concat(parts)));

    test('is found by its content and unpacked', async () => {
      const { cells: found, source } = await read(frame(table));
      expect(found).toEqual(cells);
      expect(source.damage()).toBeNull();
    });

    test('of several frames, some of them of others, is read to its end', async () => {
      const others = Buffer.from('512a4d1803000000010203', 'hex');
      const { cells: found, source } = await read(frame('sku,name\nA,'), others, frame('Cup\n'));
      expect(found).toEqual([
        ['sku', 'name'],
        ['A', 'Cup'],
      ]);
      expect(source.damage()).toBeNull();
    });

    test.each([1, 4, 7, 12])(
      'cut %i bytes before its end gives what is whole, and says so',
      async (bytes) => {
        const whole = Buffer.concat([frame(table), frame('E,Egg\n')]);
        const { cells: found, source } = await read(whole.subarray(0, -bytes));
        expect(found.slice(0, cells.length)).toEqual(cells);
        expect(source.damage()).toBe('the zstd data stop before their end');
      },
    );

    test('says what is corrupt, and that something else follows', async () => {
      const broken = frame('B,Bowl\n');
      broken[6]! |= 6;
      expect((await read(frame(table), broken)).source.damage()).toMatch(/zstd data are corrupt/);
      const junk = await read(frame(table), Buffer.from('no frame'));
      expect(junk.source.damage()).toBe('behind the zstd data stands something else');
      expect(junk.cells).toEqual(cells);
    });
  });

  test.skipIf('createZstdDecompress' in zlib)('is refused where Node lacks it', async () => {
    const path = await files.write('t.zst', frame(table));
    await expect(readFileRows(path)).rejects.toThrow(/zstd file.*22\.15.*zstd -dc/);
  });
});

describe('gzip', () => {
  test('is found by its content and unpacked', async () => {
    const packed = gzipSync(table);
    const { source, cells: read } = await readFileRows(await files.write('t.csv', packed));
    expect(read).toEqual(cells);
    expect(source).toMatchObject({ compressed: true, bytesTotal: packed.length });
    expect(await source.sha256()).toBe(createHash('sha256').update(packed).digest('hex'));
    expect(source.damage()).toBeNull();
  });

  test('of several members is read to its end', async () => {
    const packed = Buffer.concat([gzipSync('sku,name\nA,Ket'), gzipSync('tle\nB,Cup\n')]);
    const { cells: read } = await readFileRows(await files.write('t.gz', packed));
    expect(read).toEqual(cells);
  });

  test('cut before its end gives all whole rows up to there, and says so', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `S${i},Name ${(i * 7919) % 10_007}\n`);
    const packed = gzipSync(`sku,name\n${lines.join('')}`);
    const { source, cells: read } = await readFileRows(
      await files.write('t.gz', packed.subarray(0, packed.length - 1000)),
    );
    const all = lines.map((line) => line.trimEnd().split(','));
    expect(read.length).toBeGreaterThan(15_000);
    expect(read.slice(1)).toEqual(all.slice(0, read.length - 1));
    expect(source.damage()).toMatch(/before their end/);
    expect(source.bytesRead()).toBe(packed.length - 1000);
  });

  test('cut inside a small table shows no half record, ahead or afterwards', async () => {
    const packed = gzipSync('sku,name\nA,Kettle\nB,Teapot of porcelain\n', { level: 0 });
    const { source, cells: read } = await readFileRows(
      await files.write('t.gz', packed.subarray(0, packed.length - 16)),
    );
    expect(read).toEqual(cells.slice(0, 2));
    expect(cellsOf(source.head)).toEqual(read);
  });

  test('cut inside its last eight bytes loses no row', async () => {
    const packed = gzipSync(table);
    const { source, cells: read } = await readFileRows(
      await files.write('t.gz', packed.subarray(0, packed.length - 4)),
    );
    expect(read).toEqual(cells);
    expect(source.damage()).not.toBeNull();
  });

  test('with a wrong checksum gives rows up to the damage, and says so', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `S${i},Name ${(i * 7919) % 10_007}\n`);
    const packed = gzipSync(`sku,name\n${lines.join('')}`);
    packed[packed.length - 6]! ^= 0xff;
    const { source, cells: read } = await readFileRows(await files.write('t.gz', packed));
    const all = lines.map((line) => line.trimEnd().split(','));
    expect(read.length).toBeGreaterThan(1000);
    expect(read.slice(1)).toEqual(all.slice(0, read.length - 1));
    expect(source.damage()).toMatch(/corrupt/);
  });
});

describe('standard input', () => {
  test('is read as it comes, in chunks of any size', async () => {
    const { source, cells: read } = await readStream(
      Readable.from([...Buffer.from(table)].map((b) => Buffer.of(b))),
    );
    expect(read).toEqual(cells);
    expect(source).toMatchObject({ name: '-', bytesTotal: null });
    expect(source.bytesRead()).toBe(table.length);
  });

  test('may be compressed', async () => {
    expect((await readStream(Readable.from([gzipSync(table)]))).cells).toEqual(cells);
  });

  test('comes through a real pipe', async () => {
    const child = spawn('printf', [table.replaceAll('\n', '\\n')]);
    expect((await readStream(child.stdout)).cells).toEqual(cells);
  });

  test('leaves no temporary file behind when it is no workbook after all', async () => {
    const before = temporaryFiles();
    const archive = Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(1000)]);
    await expect(readStream(Readable.from([archive]))).rejects.toThrow(UsageError);
    expect(temporaryFiles()).toEqual(before);
  });
});

test('reads a FIFO like a file', async () => {
  const path = join(files.path, 'fifo');
  await promisify(execFile)('mkfifo', [path]);
  const reading = readFileRows(path);
  await writeFile(path, table);
  expect((await reading).cells).toEqual(cells);
});

describe('what cannot be read is refused with its name and the way out', () => {
  test.each([
    ['missing', '/nonexistent/file.csv', /\/nonexistent\/file\.csv: there is no such file/],
    ['a folder', '/tmp', /\/tmp: this is a folder/],
    ['an empty device', '/dev/null', /\/dev\/null: the file is empty/],
    ['endless zeros', '/dev/zero', /\/dev\/zero: this is binary data/],
    ['endless noise', '/dev/urandom', /\/dev\/urandom: /],
  ])('%s', async (_, path, message) => {
    const refusal = readFileRows(path);
    await expect(refusal).rejects.toThrow(UsageError);
    await expect(refusal).rejects.toThrow(message);
  });

  test('a path that is nearly that of another file', async () => {
    const file = await files.write('supplier-prices.csv', table);
    const typed = file.replace('prices', 'price');
    await expect(readFileRows(typed)).rejects.toThrow(
      `Did you mean ${join(dirname(typed), 'supplier-prices.csv')}?`,
    );
    await expect(readFileRows(join(dirname(typed), '*.csv'))).rejects.toThrow('Name one file');
  });

  test('the mark that an office keeps beside an open workbook', async () => {
    const marks = { '~$book.xlsx': /"book\.xlsx" is open/, '.~lock.b.ods#': /"b\.ods" is open/ };
    for (const [name, message] of Object.entries(marks)) {
      await expect(readFileRows(await files.write(name, '\u0005Ann'))).rejects.toThrow(message);
    }
  });

  test('a socket', async () => {
    const path = join(files.path, 'socket');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    await expect(readFileRows(path)).rejects.toThrow(/socket: this is a socket/);
    await new Promise((resolve) => server.close(resolve));
  });

  test.runIf(process.getuid?.() !== 0)('a file without permission', async () => {
    const file = await files.write('secret.csv', table);
    await chmod(file, 0);
    await expect(readFileRows(file)).rejects.toThrow(/secret\.csv: no permission/);
  });

  test.each([
    ['an empty file', '', /the file is empty/],
    ['blank lines only', '\n \n,,\n', /nothing but blanks/],
    ['an empty gzip file', gzipSync(''), /nothing in this gzip file/],
    [
      'a page',
      '<!-- x --><!DOCTYPE html>\n<html>502 Bad',
      /an HTML page without a table \("502 Bad"\)/,
    ],
    ['a part of a page', '<div class="error">Fatal</div>', /an HTML page without a table/],
    ['XML', '<?xml version="1.0"?>\n<products><p/></products>', /XML document, but no element/],
    ['XML that is cut off', '<a><item><sku>A</sku></item>', /not well-formed: unclosed tag: a/],
    ['XML with entities', '<!DOCTYPE a [<!ENTITY b "c">]><a><item>&b;</item></a>', /never read/],
    ['XML nested too deep', `<item>${'<a>'.repeat(70)}`, /nests more than 64 elements/],
    ['a flat ODS', '<?xml version="1.0"?>\n<office:document xmlns:office="x">', /\.fods/],
    ['SYLK', 'ID;PWXL;N;E\nC;Y1;X1;K"sku"\nE\n', /a SYLK sheet/],
    ['SQL', "INSERT INTO products (sku, name) VALUES ('A', 'Kettle');\n", /a script of SQL/],
    ['a dump', '-- Dump\n/*!40101 SET NAMES utf8 */;\nDROP TABLE IF EXISTS `p`;\n', /of SQL/],
    ['COPY', 'COPY public.products (sku, name) FROM stdin;\nA\tKettle\n\\.\n', /of SQL/],
    ['YAML', '---\nproducts:\n  - sku: A\n    name: Kettle\n', /a YAML document/],
    ['a tar archive', tar, /a tar archive/],
    ['zlib', deflateSync(table), /packed by zlib/],
    ['snappy', Buffer.from('\xff\x06\0\0sNaPpYabc', 'latin1'), /packed by snappy/],
    ['a part of a split zip', Buffer.from('PK\x07\x08PK\x03\x04'), /split/],
    ['JSON that is cut off', '[{"sku":"A"}, {"sku":"B"', /ends before its brackets are closed/],
    ['JSON of rows', '["sku","name"]\n["A","Kettle"]', /JSON of rows as lists/],
    ['JSON of an error', '{"error": "not found"}', /JSON without a list of objects/],
    ['an empty JSON list', '[]', /its list is empty/],
    ['a PDF', '%PDF-1.7\n...', /a PDF/],
    ['an image', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), /a PNG image/],
    ['gzip in gzip', gzipSync(gzipSync(table)), /compressed by gzip twice/],
  ])('%s', async (_, content, message) => {
    const file = await files.write('x.csv', content);
    await expect(readFileRows(file)).rejects.toThrow(message);
    await expect(readFileRows(file)).rejects.toThrow(`${file}: `);
  });

  test.each([
    'Lock Type,sku',
    'Set Photo,sku',
    'Use Case;sku',
    'Copy Text From,sku',
    'Drop Type,sku',
  ])('a header that begins like a statement of SQL: %s', async (header) => {
    const file = await files.write('x.csv', `${header}\nx${header.at(-4)}A\n`);
    await expect(readFileRows(file)).resolves.toBeDefined();
  });

  test.each([
    ['comments', '<!---->'.repeat(5000)],
    ['instructions', '<?a?>'.repeat(5000)],
    ['remarks of SQL', '/**/'.repeat(5000)],
    ['rulers', `${'-'.repeat(200)}\n`.repeat(100)],
  ])('a text that begins with many %s, at once', async (_, many) => {
    const file = await files.write('x.csv', `${many}x`);
    await expect(readFileRows(file)).resolves.toBeDefined();
  });

  test('a ZIP file where CSV was asked for, and text where XLSX was', async () => {
    const archive = await files.write('a.csv', 'PK\x03\x04.......');
    const text = await files.write('a.xlsx', table);
    await expect(readFileRows(archive, { format: 'csv' })).rejects.toThrow(/--format csv/);
    await expect(readFileRows(text, { format: 'xlsx' })).rejects.toThrow(/--format xlsx/);
  });
});

describe('a file that changes while it is read is refused at the end', () => {
  const big = `sku,name\n${'A,Kettle\n'.repeat(100_000)}`;

  test('when it grows', async () => {
    const file = await files.write('grows.csv', big);
    const source = await openSource({ ...automatic, file });
    await appendFile(file, 'C,Late\n');
    await expect(allRows(source)).rejects.toThrow(/grows\.csv: the file was changed/);
    await source.close();
  });

  test('when it is replaced', async () => {
    const file = await files.write('replaced.csv', big);
    const source = await openSource({ ...automatic, file });
    await rename(await files.write('other.csv', big), file);
    await expect(allRows(source)).rejects.toThrow(/changed or replaced/);
    await source.close();
  });
});

describe('data without end', () => {
  const megabyte = Buffer.alloc(1024 * 1024, 'x');
  async function* endless(start: string, count: number, end: string) {
    yield Buffer.from(start);
    for (let i = 0; i < count; i++) yield megabyte;
    yield Buffer.from(end);
  }

  test('200 MB without a line end are refused after the first few', async () => {
    let taken = 0;
    async function* counted() {
      for await (const chunk of endless('', 200, '')) {
        taken++;
        yield chunk;
      }
    }
    await expect(readStream(counted())).rejects.toThrow(/standard input:1.*longer than 1 MB/);
    expect(taken).toBeLessThan(10);
  });

  test('a line of 200 MB is one reject, and the rows around it are read', async () => {
    const { cells: read } = await readStream(endless('sku,name\nA,x\nB,', 200, '\nC,y\n'));
    expect(read).toEqual([['sku', 'name'], ['A', 'x'], 'record_too_large', ['C', 'y']]);
  });

  test('a quoted cell of 100 MB is one reject too', async () => {
    const { cells: read } = await readStream(endless('sku,name\nA,"', 100, '"\nC,y\n'));
    expect(read).toEqual([['sku', 'name'], 'record_too_large', ['C', 'y']]);
  });

  test('a gzip bomb is refused by its beginning', async () => {
    const bomb = await files.write('bomb.csv', gzipSync(Buffer.alloc(200 * 1024 * 1024)));
    await expect(readFileRows(bomb)).rejects.toThrow(/binary data/);
  });
});
