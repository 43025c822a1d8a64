import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deadImages, retryImages } from '../../src/image/list.js';
import { openStore } from '../../src/image/tools.js';
import { Fault } from '../../src/product/reject.js';
import { readImages } from '../../src/product/images.js';
import { fileFinder } from '../../src/remote/image-root.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { loadText } from '../setup/load.js';
import { undo } from '../../src/commands/undo.js';
import { runCommand } from '../setup/load.js';
import { png } from './png.js';
import { addProduct, compressedImages, empty, runImages } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'prodimport-root-'));
const root = join(folder, 'root');
const put = (path: string, content: string | Buffer) => {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
};
beforeAll(() => {
  for (const path of ['a.png', 'b.png', 'img/c.png', 'chair, oak; front view.png', 'x y.png']) {
    put(path, png(20, 10, path.length));
  }
  writeFileSync(join(folder, 'outside.png'), png(20, 10));
  symlinkSync('../outside.png', join(root, 'out.png'));
  symlinkSync('..', join(root, 'up'));
  symlinkSync('img/c.png', join(root, 'in.png'));
  symlinkSync('nowhere', join(root, 'loose.png'));
  symlinkSync('loop.png', join(root, 'loop.png'));
  execFileSync('mkfifo', [join(root, 'pipe.png')]);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the paths of a cell', () => {
  const images = (text: string) => {
    const result = readImages(text, fileFinder(root));
    if (result instanceof Fault) return `${result.code}: ${result.error}`;
    return result?.urls ?? null;
  };

  it.each<[string, string[]]>([
    ['a.png', ['file:a.png']],
    ['./img//c.png', ['file:img/c.png']],
    ['img/../a.png', ['file:a.png']],
    ['img\\c.png', ['file:img/c.png']],
    ['.\\img\\c.png|.\\a.png', ['file:img/c.png', 'file:a.png']],
    ['/img/c.png', ['file:img/c.png']],
    ['file:a.png|file:img/c.png', ['file:a.png', 'file:img/c.png']],
    ['in.png', ['file:in.png']],
    ['a.png|b.png', ['file:a.png', 'file:b.png']],
    ['a.png; b.png ;', ['file:a.png', 'file:b.png']],
    ['a.png,b.png, img/c.png', ['file:a.png', 'file:b.png', 'file:img/c.png']],
    ['a.png b.png', ['file:a.png', 'file:b.png']],
    ['a.png\nb.png', ['file:a.png', 'file:b.png']],
    ['x y.png', ['file:x y.png']],
    ['x y.png;a.png', ['file:x y.png', 'file:a.png']],
    ['chair, oak; front view.png|a.png', ['file:chair, oak; front view.png', 'file:a.png']],
    ['https://h.test/1.jpg|a.png', ['https://h.test/1.jpg', 'file:a.png']],
    ['a.png, https://h.test/1,2.jpg', ['file:a.png', 'https://h.test/1,2.jpg']],
  ])('%j are %j', (text, files) => expect(images(text)).toEqual(files));

  it.each<[string, string]>([
    ['d.png', `"d.png" is no file below ${root}: there is none`],
    ['a.png;d.png', '"d.png" is no file'],
    ['no such view.png', '"no such view.png" is no file'],
    ['a.png/x', 'there is none'],
    ['../outside.png', '"../outside.png" leads out of the folder of images'],
    ['img/../../outside.png', 'leads out of the folder'],
    ['..\\outside.png', 'leads out of the folder'],
    ['out.png', `"out.png" leads out of ${root} by a link`],
    ['up/outside.png', 'by a link'],
    ['up', 'by a link'],
    ['loose.png', 'there is none'],
    ['loop.png', 'its links lead nowhere'],
    ['pipe.png', `is no plain file in ${root}`],
    ['img', `"img" is a folder in ${root}`],
    ['.', 'is a folder'],
    ['file:', 'is a folder'],
    ['/etc/passwd', 'is no file below'],
    ['C:\\a.png', 'names a drive'],
    ['\\\\server\\share\\a.png', 'names a host'],
    ['//cdn.test/a.png', 'names a host'],
    ['file:///etc/passwd', 'is not an http or https address'],
    ['ftp://h.test/a.png', 'is not an http or https address'],
    ['a.png;javascript:alert(1)', 'is no file below'],
    ['data:image/png;base64,AAAA', 'is not an http or https address'],
    ['x'.repeat(5000), 'the name is too long'],
  ])('%j is refused: %s', (text, why) => {
    expect(images(text)).toContain('url_invalid: ');
    expect(images(text)).toContain(why);
  });

  it('without a folder are only noted, and file: is refused with the way out', () => {
    expect(readImages('a.png')).toEqual({ urls: [], hasPaths: true });
    const { error } = readImages('file:a.png') as Fault;
    expect(error).toContain('--image-root DIR takes files of a folder');
  });
});

describe('images that are files', () => {
  let db: TestDatabase;
  let store: string;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db.drop());
  beforeEach(async () => {
    await empty(db);
    store = mkdtempSync(join(folder, 'store-'));
  });
  afterEach(() => rmSync(store, { recursive: true }));

  const run = async (imageRoot?: string) => {
    let files = -1;
    const options = imageRoot === undefined ? {} : { imageRoot };
    const onPending = (pending: { files: number }) => void ({ files } = pending);
    const totals = await runImages(db, await openStore(store, {}), { ...options, onPending });
    return { ...totals, files };
  };
  const key = expect.stringMatching(/\.webp$/) as string;

  it('are stored by their path when loaded, compressed with the folder, and wait without it', async () => {
    const text = 'sku,name,images\nA-1,Lamp,a.png|img\\c.png\nA-2,Bulb,b.png\nA-3,Cup,d.png\n';
    const { report, exitCode } = await loadText(db, text, `--image-root ${root}`);
    expect([exitCode, report.failedRows]).toMatchObject([
      3,
      [{ rowNumber: 4, column: 'images', value: 'd.png', code: 'url_invalid' }],
    ]);
    const { rows } = await db.session.client.query(
      'select images from prodimport.products order by id',
    );
    expect(rows).toEqual([
      { images: ['file:a.png', 'file:img/c.png'] },
      { images: ['file:b.png'] },
    ]);

    expect(await run()).toMatchObject({ processed: 0, dead: 0, files: 3 });
    expect(await compressedImages(db)).toEqual({ 'A-1': [], 'A-2': [] });
    expect(await run(root)).toMatchObject({ processed: 3, dead: 0, files: 0 });
    expect(await compressedImages(db)).toEqual({ 'A-1': [key, key], 'A-2': [key] });
    const again = await loadText(db, text, `--image-root ${root}`);
    expect(again.report.products).toMatchObject({ unchanged: 2 });
  });

  it('that are no files below the folder any more are dead, each with its reason', async () => {
    put('gone.png', png(20, 10));
    put('swapped.png', png(20, 10));
    const paths = ['gone.png', 'swapped.png', 'text.png', 'a.png'];
    put('text.png', 'no image');
    const text = `sku,name,images\nA-1,Lamp,${paths.join('|')}\n`;
    await loadText(db, text, `--image-root ${root}`);
    rmSync(join(root, 'gone.png'));
    rmSync(join(root, 'swapped.png'));
    symlinkSync('../outside.png', join(root, 'swapped.png'));
    expect(await run(root)).toMatchObject({ processed: 1, dead: 3 });
    expect((await deadImages(db.session, 9)).map(({ url, error }) => [url, error])).toEqual([
      ['file:gone.png', expect.stringContaining(`is no file below ${root}: there is none`)],
      ['file:swapped.png', expect.stringContaining('by a link')],
      ['file:text.png', expect.stringContaining('it is text')],
    ]);
    expect(await compressedImages(db)).toEqual({ 'A-1': [null, null, null, key] });
    put('gone.png', png(20, 10));
    await retryImages(db.session, null);
    expect(await run(root)).toMatchObject({ processed: 1, dead: 2 });
    rmSync(join(root, 'swapped.png'));
  });

  it('never lead out of the folder, whoever wrote them into the catalogue', async () => {
    const paths = [
      '../outside.png',
      '/../outside.png',
      '//etc/passwd',
      'up/outside.png',
      'pipe.png',
    ];
    await addProduct(
      db,
      'A-1',
      paths.map((path) => `file:${path}`),
    );
    expect(await run(root)).toMatchObject({ processed: 0, dead: 5 });
  });

  it('are read again with --refresh only where they have changed', async () => {
    put('new.png', png(20, 10, 1));
    await addProduct(db, 'A-1', ['file:new.png']);
    await run(root);
    const before = await compressedImages(db);
    const steps: string[] = [];
    const refresh = async () =>
      runImages(db, await openStore(store, {}), {
        ...{ imageRoot: root, refresh: true },
        onStep: ({ step }) => void steps.push(step),
      });
    await refresh();
    expect(steps).toEqual(['download']);
    put('new.png', png(30, 10, 200));
    await refresh();
    expect(await compressedImages(db)).not.toEqual(before);
  });

  it('come back with undo', async () => {
    const load = (image: string) =>
      loadText(db, `sku,name,images\nA-1,Lamp,${image}\n`, `--record-changes --image-root ${root}`);
    await load('a.png');
    await run(root);
    const before = await compressedImages(db);
    await load('b.png');
    expect(await compressedImages(db)).toEqual({ 'A-1': [] });
    expect((await runCommand(db, undo, ['last', '--yes'])).exitCode).toBe(0);
    expect(await compressedImages(db)).toEqual(before);
  });
});
