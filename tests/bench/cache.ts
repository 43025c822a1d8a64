import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { csvOf, type Variant } from './variants.js';
import { writeWorkbook } from './workbook.js';

/** `xlsx` has its texts in the cells, `shared.xlsx` in a table of shared strings. */
export type FixtureFormat = 'csv' | 'xlsx' | 'shared.xlsx';

export interface Fixture {
  path: string;
  bytes: number;
  /** Whether it had to be written, or was there already. */
  isNew: boolean;
}

const folder = fileURLToPath(new URL('../../.cache/fixtures', import.meta.url));

/** The file of a variant: written when first asked for, or when the one there is not what it was. */
export async function fixture(
  variant: Variant,
  rows: number,
  format: FixtureFormat = 'csv',
): Promise<Fixture> {
  const path = join(folder, `products-${variant}-${rows}.${format}`);
  const isNew = !(await isIntact(path, variant));
  if (isNew) await write(path, variant, rows, format);
  return { path, bytes: (await stat(path)).size, isNew };
}

async function write(
  path: string,
  variant: Variant,
  rows: number,
  format: FixtureFormat,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const draft = `${path}.${process.pid}`;
  if (format === 'csv') {
    await pipeline(Readable.from(csvOf(variant, rows)), createWriteStream(draft));
  } else {
    await writeWorkbook(draft, variant, rows, format === 'shared.xlsx');
  }
  await writeFile(noteOf(path), await noteFor(draft, variant));
  await rename(draft, path);
}

async function isIntact(path: string, variant: Variant): Promise<boolean> {
  try {
    return (await readFile(noteOf(path), 'utf8')) === (await noteFor(path, variant));
  } catch {
    return false;
  }
}

function noteOf(path: string): string {
  return `${path}.sha256`;
}

/** The file's checksum, and that of a small sample: another generator would make another one. */
async function noteFor(path: string, variant: Variant): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return `file ${hash.digest('hex')}\nfirst 1000 rows ${sampleSha256(variant, 1000)}\n`;
}

/** The checksum of a variant's CSV, without a file. */
export function sampleSha256(variant: Variant, rows: number): string {
  const hash = createHash('sha256');
  for (const text of csvOf(variant, rows)) hash.update(text);
  return hash.digest('hex');
}
