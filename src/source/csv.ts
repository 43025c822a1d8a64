import { isAscii, isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse/sync';
import { excerpt } from './excerpt.js';
import { readOddRecord } from './odd.js';
import type { Piece } from './records.js';
import type { SourceRow, UnreadableRow } from './row.js';
import { shape } from './scan.js';

/** What has to be known to read a piece's cells. Plain data, like the piece. */
export interface Dialect {
  delimiter: string;
  /** How the source was encoded, for messages: pieces are always UTF-8. */
  encoding: string;
}

/**
 * A piece's records as rows; wholly blank ones are left out. Pure and synchronous. Cells may be
 * slices of a larger text: whoever keeps one for long should copy it.
 */
export function readPiece(piece: Piece, dialect: Dialect): SourceRow[] {
  const bytes = Buffer.from(piece.bytes.buffer, piece.bytes.byteOffset, piece.bytes.byteLength);
  const quoted = readQuoted(piece, bytes, dialect.delimiter);
  const textOf = recordTexts(bytes);
  const doubtful = !isUtf8(bytes) || bytes.includes(0);
  const rows: SourceRow[] = [];
  let unreadable = 0;
  let nextQuoted = 0;
  for (let i = 0; i < piece.starts.length; i++) {
    const rowNumber = piece.firstRow + i;
    const line = piece.lines[i]!;
    const shaped = piece.shapes[i]!;
    const quotedCells = shaped === shape.quoted ? quoted[nextQuoted++] : undefined;
    if (shaped === shape.unreadable) {
      rows.push(piece.unreadable[unreadable++]!);
      continue;
    }
    const start = piece.starts[i]!;
    const end = piece.ends[i]!;
    if (start === end) continue;
    const problem = doubtful ? findProblem(bytes.subarray(start, end), dialect) : null;
    if (problem) {
      rows.push({ rowNumber, line, unreadable: problem });
      continue;
    }
    const cells =
      quotedCells ??
      (shaped === shape.plain
        ? textOf(start, end).split(dialect.delimiter)
        : readOddRecord(textOf(start, end), dialect.delimiter));
    if (!isBlank(cells)) rows.push({ rowNumber, line, cells });
  }
  return rows;
}

/** Decodes a piece once where a byte is a character, else record by record. */
function recordTexts(bytes: Buffer): (start: number, end: number) => string {
  if (!isAscii(bytes)) return (start, end) => bytes.toString('utf8', start, end);
  const text = bytes.toString('latin1');
  return (start, end) => text.slice(start, end);
}

/**
 * The cells of all records with regular quotes, in order, read by csv-parse at one go: a call for
 * each would cost more than the reading. Empty if csv-parse sees other records than the splitter
 * did; each is then read by itself.
 */
function readQuoted(piece: Piece, bytes: Buffer, delimiter: string): string[][] {
  const parts: Buffer[] = [];
  piece.shapes.forEach((shaped, i) => {
    if (shaped === shape.quoted) {
      parts.push(bytes.subarray(piece.starts[i], piece.ends[i]), lineEnd);
    }
  });
  if (parts.length === 0) return [];
  const options = { delimiter, record_delimiter: '\n', relax_column_count: true };
  try {
    const records = parse(Buffer.concat(parts), options);
    return records.length * 2 === parts.length ? records : [];
  } catch {
    return [];
  }
}

const lineEnd = Buffer.from('\n');

function findProblem(record: Buffer, dialect: Dialect): UnreadableRow['unreadable'] | null {
  if (!isUtf8(record)) {
    const message = `The record has bytes that mean nothing in ${dialect.encoding}`;
    return { code: 'invalid_encoding', value: excerpt(record), message };
  }
  if (!record.includes(0)) return null;
  const message = 'The record has a NUL character, which PostgreSQL cannot store';
  return { code: 'nul_character', value: excerpt(record), message };
}

function isBlank(cells: string[]): boolean {
  for (const cell of cells) if (cell !== '' && cell.trim() !== '') return false;
  return true;
}
