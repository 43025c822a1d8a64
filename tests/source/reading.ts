import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainDialect, readPiece } from '../../src/source/csv.js';
import type { Dialect, Source, SourceOptions, SourceRow } from '../../src/source/source.js';
import { openSource } from '../../src/source/open.js';
import type { Piece } from '../../src/source/piece.js';
import { RecordSplitter } from '../../src/source/records.js';

const known = ['sku', 'name', 'price', 'description'];

export const automatic: Omit<SourceOptions, 'file'> = {
  format: 'auto',
  sheet: null,
  member: null,
  delimiter: 'auto',
  quote: '"',
  escape: '"',
  encoding: 'auto',
  recognise: (cells) => cells.filter((cell) => known.includes(cell.trim().toLowerCase())).length,
};

/** A dialect, where it is not the plain one, and how the bytes arrive. */
type Reading = Partial<Dialect> & { chunkBytes?: number; pieceBytes?: number };

/** Splits bytes that arrive in chunks of `chunkBytes` into pieces of about `pieceBytes`. */
export function split(
  bytes: Buffer | string,
  { chunkBytes = Infinity, pieceBytes = 256 * 1024, ...dialect }: Reading = {},
): { pieces: Piece[]; openQuoteLine: number | null } {
  const text = Buffer.from(bytes as string);
  const options = { dialect: { ...plainDialect, ...dialect }, firstLine: 1, pieceBytes };
  const splitter = new RecordSplitter(options);
  const pieces: Piece[] = [];
  const step = Math.min(chunkBytes, Math.max(1, text.length));
  for (let at = 0; at < text.length; at += step) {
    for (const piece of splitter.push(text.subarray(at, at + step))) pieces.push(kept(piece));
  }
  for (const piece of splitter.end()) pieces.push(kept(piece));
  return { pieces, openQuoteLine: splitter.openQuoteLine };
}

/** The splitter uses the bytes and places of a piece for the next one as well. */
function kept(piece: Piece): Piece {
  const { bytes, starts, ends, lines, shapes, bounds, boundsEnds } = piece;
  return {
    ...piece,
    bytes: Buffer.from(bytes),
    starts: starts.slice(),
    ends: ends.slice(),
    lines: lines.slice(),
    shapes: shapes.slice(),
    bounds: bounds.slice(),
    boundsEnds: boundsEnds.slice(),
  };
}

export function readText(bytes: Buffer | string, options: Reading = {}): SourceRow[] {
  const dialect = { ...plainDialect, ...options };
  return split(bytes, options).pieces.flatMap((piece) => [...readPiece(piece, dialect)]);
}

/** The cells of each row; for an unreadable one its code. */
export function cellsOf(rows: SourceRow[]): unknown[] {
  return rows.map((row) => ('cells' in row ? row.cells : row.unreadable.code));
}

export async function allRows(source: Source): Promise<SourceRow[]> {
  const rows: SourceRow[] = [];
  for await (const batch of source.rows()) rows.push(...batch);
  return rows;
}

/** A folder for the files of a test file. */
export async function folder(): Promise<{
  path: string;
  write(name: string, bytes: Buffer | string): Promise<string>;
  remove(): Promise<void>;
}> {
  const path = await mkdtemp(join(tmpdir(), 'source-test-'));
  return {
    path,
    write: async (name, bytes) => {
      const file = join(path, name);
      await writeFile(file, bytes);
      return file;
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** Opens and reads a whole file. */
export async function readFileRows(
  file: string,
  options: Partial<SourceOptions> = {},
): Promise<{ source: Source; cells: unknown[]; rows: SourceRow[] }> {
  const source = await openSource({ ...automatic, ...options, file });
  try {
    const rows = await allRows(source);
    return { source, rows, cells: cellsOf(rows) };
  } finally {
    await source.close();
  }
}
