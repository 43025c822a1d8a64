import { UsageError } from '../errors.js';

/** Workbooks are ZIP archives (.xlsx) or OLE compound files (.xls, .xlsx with a password). */
export function isWorkbook(head: Buffer): boolean {
  const archives = ['PK\x03\x04', 'PK\x05\x06', 'PK00PK\x03\x04'];
  return isCompoundFile(head) || archives.some((magic) => startsWith(head, magic));
}

export function isSplitZip(head: Buffer): boolean {
  return startsWith(head, 'PK\x07\x08');
}

/** A bare stream of records, as Excel wrote before it had files within files. */
export function isOldExcel(head: Buffer): boolean {
  return ['\x09\0\x04\0', '\x09\x02\x06\0', '\x09\x04\x06\0', '\x09\x08'].some(
    (magic) => startsWith(head, magic) && head[1] !== 0x20 && head[3] === 0,
  );
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
  ['\x1f\x8b', 'compressed by gzip twice', unpack],
  ['\x28\xb5\x2f\xfd', 'compressed by zstd twice', unpack],
  ['\x04\x22\x4d\x18', 'an lz4 file', unpack],
  ['\xff\x06\0\0sNaPpY', 'a file packed by snappy', unpack],
  ['\x1f\x9d', 'a file packed by compress (.Z)', unpack],
  ['PAR1', 'a Parquet file', csvInstead],
  ['SQLite format 3', 'an SQLite database', csvInstead],
  ['PGDMP', 'a PostgreSQL dump', 'Restore it with pg_restore.'],
  ['\x7fELF', 'a program', 'Name a CSV or XLSX file.'],
  ['TABLE\r\n0,1', 'a DIF sheet', csvInstead],
  ['TABLE\n0,1', 'a DIF sheet', csvInstead],
  ['Obj\x01', 'an Avro file', csvInstead],
];

/** What is between two signs, in one way only: with two, many comments take for ever. */
const upTo = (end: string) => `(?:(?!${end})[^])*${end}`;

/** What stands before the first tag. */
const before = String.raw`^(?:\s|<!--${upTo('-->')}|<\?${upTo('\\?>')})*`;

/** What stands before the first statement of SQL. */
const remarks = String.raw`^(?:\s|--[^\r\n]*[\r\n]|/\*${upTo('\\*/')};?)*`;
/** Headers begin with some of these words, too ("Lock Type", "Set Photo"): what follows has to tell. */
const statement =
  '(?:insert\\s+(?:ignore\\s+)?into\\s|replace\\s+into\\s|copy\\s+\\S+\\s*(?:\\([^()]*\\)\\s*)?from\\s+stdin|' +
  '(?:create|drop|alter)\\s+table\\s|lock\\s+tables\\s|create\\s+database\\s|use\\s+[`\\w]+;\\s*[\\r\\n]|' +
  'set\\s+[\\w@.]+\\s*(?:=|\\sto\\s)[^\\r\\n]*;\\s*[\\r\\n]|(?:begin|start)(?:\\s+transaction)?;\\s*[\\r\\n])';

/** A list of mappings, under a key or not. */
const yaml =
  /^(?:%YAML[^\r\n]*\r?\n)?(?:---\s*\r?\n)?(?:#[^\r\n]*\r?\n)*(?:[\w-]+:\s*\r?\n)?[ ]*- +[\w-]+: [^\r\n]*\r?\n +[\w-]+: /;

/** How documents begin that are no table and no list of products. */
const markup: [pattern: RegExp, name: string, wayOut: string][] = [
  [/^ID;P[^\r\n]*\r?\n[A-Z]{1,2};/, 'a SYLK sheet', csvInstead],
  [
    new RegExp(`${before}<office:document`, 'i'),
    'a flat OpenDocument file (.fods)',
    'Save it as ODS, XLSX or CSV.',
  ],
  [
    new RegExp(`${remarks}${statement}`, 'i'),
    'a script of SQL',
    'Run it, and export its table as CSV.',
  ],
  [yaml, 'a YAML document', 'Export it as JSON, CSV or XLSX.'],
  [new RegExp(`${before}<svg`, 'i'), 'an SVG image', 'Name a file with a table.'],
  [new RegExp(`${before}<pkg:package`, 'i'), 'a Word document', csvInstead],
];

/** Tags of HTML that a fragment of a page begins with, too; names that XML feeds use are left out. */
const html = new RegExp(
  `${before}(?:<!doctype html|<(?:html|head|meta|body|table|div|script|style|p|br|b|h[1-6]|center|font|span|pre|ul|form|hr|strong)(?=[\\s>/]))`,
  'i',
);

const excelXml = /urn:schemas-microsoft-com:office:spreadsheet|progid=["']Excel\.Sheet/i;
const xml = new RegExp(
  `${before}<[a-z_][\\w:.-]*(?:\\s[^<>]*)?/?>\\s*(?:<|$)|^<\\?xml|${before}<!doctype\\s`,
  'i',
);

/** What a text is by its first signs: a page, a sheet of Excel 2003, XML; null for all else. */
export function markupKind(head: Buffer): 'html' | 'excel-xml' | 'xml' | null {
  const text = beginning(head);
  if (!text.startsWith('<')) return null;
  if (html.test(text)) return 'html';
  if (!xml.test(text)) return null;
  return excelXml.test(text) && /<(?:\w+:)?Workbook[\s>]/.test(text) ? 'excel-xml' : 'xml';
}

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

/**
 * An object or a list of JSON; a header of a CSV may begin with a bracket, too. Lines of other values
 * may stand above the objects of NDJSON.
 */
const json =
  /^(?:(?:null|true|false|-?\d[\d.eE+-]*)\r?\n)*(?:\{\s*(?:"(?:[^"\\]|\\.)*"\s*:|\})|\[\s*(?:[{[\]]|"(?:[^"\\]|\\.)*"\s*[,\]]))/;

/** @param asked what a load of XML writes of its rejects is NDJSON, and comes back so */
export function isJson(head: Buffer, asked: string): boolean {
  if (asked === 'json' || asked === 'ndjson') return true;
  const text = beginning(head);
  const isRejects = asked === 'xml' && /,"_errors":"(?:[^"\\]|\\.)*"\}$/m.test(text);
  return (asked === 'auto' || isRejects) && json.test(text);
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
  if (head.toString('latin1', 257, 262) === 'ustar') throw not(place, 'a tar archive', unpack);
  if (isZlib(head)) throw not(place, 'a file packed by zlib', unpack);
  const document = markup.find(([pattern]) => pattern.test(beginning(head)));
  if (document) throw not(place, document[1], document[2]);
}

/** Its headers (RFC 1950) are no letters, or hardly ever. */
function isZlib(head: Buffer): boolean {
  if (head[0] !== 0x78 || ![0x01, 0x9c, 0xda].includes(head[1] ?? 0)) return false;
  return head.subarray(2, 300).some((byte) => byte < 9 || byte === 0x7f || byte >= 0x80);
}

/**
 * Refuses binary data that no list knows.
 * @param head the beginning, in any encoding that leaves ASCII as it is
 */
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
