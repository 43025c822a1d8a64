import { spawnSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeWorkbook } from '../../src/output/rows.js';
import { ImageHost } from '../image/host.js';
import { png } from '../image/png.js';
import { addProduct } from '../image/run.js';
import { storedProducts } from '../setup/catalogue.js';
import { runCli, shellLine } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { useFolder } from '../setup/folder.js';
import { loadText } from '../setup/load.js';
import { mayMount, mountSmallDisk, type SmallDisk } from './small-disk.js';
import { counted } from './table.js';
import { edition } from './trial.js';

const folder = useFolder();
/** Some of its rows are rejected, those that would be new among them. */
const doubtful = edition(2).replace(/,[135]$/gm, ',none');
/** Rows that are in the second edition only, and were not spoilt. */
const newProducts = doubtful.match(/^SKU-40\d\d,.*,\d$/gm)!.length;
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  folder.write('doubtful.csv', doubtful);
  // Every write to it fails, as on a full disk. The device itself must stay what it is.
  for (const name of ['full.csv', 'full.xlsx']) symlinkSync('/dev/full', folder.path(name));
});
afterAll(() => db.drop());
beforeEach(async () => {
  await db.session.client.query('truncate prodimport.products');
  await loadText(db, edition(1));
});

interface Trial {
  name: string;
  args: string[];
  code: number;
  says: RegExp;
  /** Products once it has ended. */
  products: number;
  stdin?: string | Buffer;
}

const load = (...options: string[]) => ['load', folder.path('doubtful.csv'), ...options];

/** The same on a device and on a disk that is full. */
const outputs = (place: (name: string) => string): Trial[] => [
  {
    name: 'an export to a full disk',
    args: ['product', 'export', '--output', place('full.csv')],
    code: 2,
    says: /full\.csv can't be written: the disk is full/,
    products: 4000,
  },
  {
    name: 'a workbook exported to a full disk',
    args: ['product', 'export', '--output', place('full.xlsx')],
    code: 2,
    says: /full\.xlsx can't be written: the disk is full/,
    products: 4000,
  },
  {
    name: 'a report to a full disk',
    args: ['report', 'last', '--format', 'html', '--output', place('full.csv')],
    code: 2,
    says: /full\.csv can't be written: the disk is full/,
    products: 4000,
  },
  {
    name: 'rejects to a full disk',
    args: load('--rejects', place('full.csv')),
    code: 3,
    says: /Job \d+ is done, but not the file of its rejects: .* disk is full.*`prodimport report/,
    products: 4000 + newProducts,
  },
  {
    name: 'rejects as a workbook to a full disk',
    args: load('--rejects', place('full.xlsx')),
    code: 3,
    says: /Job \d+ is done, but not the file of its rejects: .* disk is full/,
    products: 4000 + newProducts,
  },
  {
    name: 'changes of a dry run to a full disk',
    args: load('--dry-run', '--diff', place('full.csv')),
    code: 1,
    says: /--diff .* can't be written: the disk is full.* Products are unchanged/,
    products: 4000,
  },
];

async function judge({ name, args, code, says, products, stdin }: Trial, temporary?: string) {
  await counted(name, code === 3 ? 'after' : 'before', async () => {
    const env: Record<string, string> = temporary ? { TMPDIR: temporary } : {};
    const run = await runCli(args, { url: db.url, stdin, env });
    expect(run.code, run.stderr).toBe(code);
    expect(run.stderr).toMatch(says);
    expect(run.stderr).not.toMatch(/fault of prodimport|\n {4}at /);
    expect(await storedProducts(db)).toHaveLength(products);
  });
}

describe('a device that takes nothing', () => {
  it.each(outputs((name) => folder.path(name)))('$name: ends with $code', async (trial) => {
    await judge(trial);
    expect(lstatSync(folder.path('full.csv')).isSymbolicLink()).toBe(true);
    expect(lstatSync('/dev/full').isCharacterDevice()).toBe(true);
  });

  it('as standard output ends an export, which says so', async () => {
    await counted('an export into a full pipe', 'before', async () => {
      const line = `${shellLine(['product', 'export'])} > /dev/full`;
      const env = { PATH: process.env.PATH, DATABASE_URL: db.url };
      const { status, stderr } = spawnSync('bash', ['-c', line], { env, encoding: 'utf8' });
      expect(status, stderr).toBe(1);
      expect(stderr).toMatch(/standard output can't be written: the disk is full/i);
      await Promise.resolve();
    });
  });
});

describe.runIf(mayMount)('a disk that is full (needs root)', () => {
  let disk: SmallDisk;
  beforeAll(() => {
    disk = mountSmallDisk('8k');
  });
  afterAll(() => disk.unmount());

  it.each(outputs((name) => `DISK/${name}`))(
    '$name: ends with $code and leaves no half file',
    async (trial) => {
      const args = trial.args.map((word) => word.replace('DISK', disk.path));
      await judge({ ...trial, args });
      expect(readdirSync(disk.path)).toEqual([]);
    },
  );

  it('for temporary files ends a load that needs them, before anything is done', async () => {
    const noRoom = { code: 2, says: /temporary file in .*: the disk is full.* TMPDIR/ };
    const args = ['load', '-', '--rejects', folder.path('rejects.csv')];
    const stdin = doubtful.repeat(3);
    const name = 'standard input copied to a full disk';
    await judge({ ...noRoom, name, args, stdin, products: 4000 }, disk.path);
    await writeWorkbook(folder.path('wide.xlsx'), rowsOf(doubtful));
    folder.write('wide.xlsx.gz', gzipSync(readFileSync(folder.path('wide.xlsx'))));
    const packed = ['load', folder.path('wide.xlsx.gz')];
    const workbook = 'a workbook unpacked to a full disk';
    await judge({ ...noRoom, name: workbook, args: packed, products: 4000 }, disk.path);
    expect(readdirSync(disk.path)).toEqual([]);
  });

  it('for images ends their processing, and keeps no half image', async () => {
    const host = await ImageHost.start();
    try {
      await addProduct(db, 'I-1', [host.put('/a.png', Buffer.concat([png(20, 10), noise]))]);
      const args = ['image', 'process', '--allow-private', '--to', join(disk.path, 'images')];
      const says = /Images can't be kept in .*no space left.* Free space/;
      const name = 'images to a full disk';
      await judge({ name, args, code: 1, says, products: 4001 });
      const left = readdirSync(disk.path, { recursive: true, withFileTypes: true });
      expect(left.filter((entry) => entry.isFile())).toEqual([]);
    } finally {
      await host.stop();
    }
  });
});

const noise = Buffer.alloc(200_000, 7);

async function* rowsOf(csv: string) {
  for (const line of csv.trim().split('\n')) yield await Promise.resolve(line.split(','));
}
