import { UsageError } from '../errors.js';

/** Workbooks are ZIP archives (.xlsx) or OLE compound files (.xls, .xlsx with a password). */
export function isWorkbook(head: Buffer): boolean {
  const archives = ['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08'];
  return isCompoundFile(head) || archives.some((magic) => startsWith(head, magic));
}

/** @param head 8 bytes suffice */
export function isCompoundFile(head: Buffer): boolean {
  return startsWith(head, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1');
}

const csvInstead = 'Export it as CSV or XLSX.';
const unpack = 'Unpack it and load the file inside.';

/** What a file that is no table begins with, what it is called, and the way out. */
const foreign: [magic: string, name: string, wayOut: string][] = [
  ['%PDF', 'a PDF', csvInstead],
  ['{\\rtf', 'a rich text document', csvInstead],
  ['\x89PNG', 'a PNG image', 'Name a CSV or XLSX file.'],
  ['\xff\xd8\xff', 'a JPEG image', 'Name a CSV or XLSX file.'],
  ['GIF8', 'a GIF image', 'Name a CSV or XLSX file.'],
  ['7z\xbc\xaf\x27\x1c', 'a 7z archive', unpack],
  ['Rar!', 'a RAR archive', unpack],
  ['BZh', 'a bzip2 file', unpack],
  ['\xfd7zXZ', 'an xz file', unpack],
  ['\x28\xb5\x2f\xfd', 'a zstd file', unpack],
  ['\x1f\x8b', 'compressed by gzip twice', unpack],
  ['PAR1', 'a Parquet file', csvInstead],
  ['SQLite format 3', 'an SQLite database', csvInstead],
  ['PGDMP', 'a PostgreSQL dump', 'Restore it with pg_restore.'],
  ['\x7fELF', 'a program', 'Name a CSV or XLSX file.'],
];

const markup: [pattern: RegExp, name: string, wayOut: string][] = [
  [/^<\?xml[^]*progid="Excel\.Sheet"/i, 'an Excel 2003 XML sheet', 'Save it as XLSX or CSV.'],
  [/^(<!doctype html|<html|<table|<head|<meta)/i, 'an HTML page', 'Save it as XLSX or CSV.'],
  [/^(<\?xml|<[a-z][\w:.-]*(\s[^>]*)?>\s*<)/i, 'an XML document', csvInstead],
];

/**
 * How a text begins, whichever its encoding: UTF-16 by its mark, or by the zeros of its first letters.
 * White space and the mark are left out.
 */
export function beginning(head: Buffer): string {
  const [first, second] = [head[0], head[1]];
  const isLittle = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0);
  const isBig = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0);
  const even = Buffer.from(head.subarray(0, head.length & ~1));
  const text = isBig
    ? even.swap16().toString('utf16le')
    : head.toString(isLittle ? 'utf16le' : 'utf8');
  return text.replace(/^\ufeff/, '').trimStart();
}

/** An object or a list of JSON; a header of a CSV may begin with a bracket, too. */
const json = /^(?:\{\s*(?:"(?:[^"\\]|\\.)*"\s*:|\})|\[\s*(?:[{[\]]|"(?:[^"\\]|\\.)*"\s*[,\]]))/;

export function isJson(head: Buffer, format: string): boolean {
  return (
    format === 'json' || format === 'ndjson' || (format === 'auto' && json.test(beginning(head)))
  );
}

/** Tab, line ends, page end, end of file, escape; 1 and 28 to 31 stand between cells and rows. */
const textControls = [1, 9, 10, 12, 13, 26, 27, 28, 29, 30, 31];

/**
 * Refuses what is clearly no table, by its first bytes.
 * @throws UsageError that says what it really is
 */
export function refuseForeignBytes(head: Buffer, place: string): void {
  const found = foreign.find(([magic]) => startsWith(head, magic));
  if (found) throw not(place, found[1], found[2]);
}

/**
 * The same for text: markup, JSON, and binary data that no list knows.
 * @param text the beginning, as UTF-8
 */
export function refuseForeignText(text: Buffer, place: string): void {
  const head = text.subarray(0, 4096);
  const words = head.toString('utf8').trimStart();
  const found = markup.find(([pattern]) => pattern.test(words));
  if (found) throw not(place, found[1], found[2]);
  refuseBinary(head, place);
}

/** @param head the beginning, in any encoding that leaves ASCII as it is */
export function refuseBinary(head: Buffer, place: string): void {
  const controls = head.filter((byte) => byte < 0x20 && !textControls.includes(byte));
  if (controls.length >= 10 && controls.length > head.length / 20) {
    throw not(place, 'binary data', 'Name a CSV, TSV, XLSX or XLS file.');
  }
}

function not(place: string, name: string, wayOut: string): UsageError {
  return new UsageError(`${place}: this is ${name}, not a table. ${wayOut}`, 'format_foreign');
}

function startsWith(head: Buffer, magic: string): boolean {
  return head.subarray(0, magic.length).equals(Buffer.from(magic, 'latin1'));
}
