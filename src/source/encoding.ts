import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { didYouMean, UsageError } from '../errors.js';
import { refuseBinary } from './foreign.js';
import { decodeText, guessPage, withEuro } from './pages.js';

/** How a text's bytes are to be read. */
interface Encoding {
  /** A name that iconv-lite knows, in lower case, `utf-8` being the commonest. */
  name: string;
  /** Bytes of the byte order mark in front. */
  bomBytes: number;
  /** A sentence about what was assumed; null where nothing had to be. */
  note: string | null;
}

const marks: { name: string; bytes: number[] }[] = [
  { name: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  { name: 'utf-32le', bytes: [0xff, 0xfe, 0, 0] },
  { name: 'utf-32be', bytes: [0, 0, 0xfe, 0xff] },
  { name: 'utf-16le', bytes: [0xff, 0xfe] },
  { name: 'utf-16be', bytes: [0xfe, 0xff] },
];

/** The names that most files need; many others are known, too. */
export const commonEncodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  ...['iso-8859-1', 'iso-8859-2', 'iso-8859-15'],
  ...['windows-1250', 'windows-1251', 'windows-1252'],
];

/** The bytes that an encoding is found by: the first ones of a text. */
interface Sample {
  bytes: Buffer;
  /** Whether nothing follows them. */
  isWhole: boolean;
  /** How messages call the text. */
  place: string;
}

/**
 * Finds how a text is encoded: byte order mark, UTF-16 by its pattern, UTF-8, then by the letters.
 * @param asked `auto`, or a name that wins over everything but takes its byte order mark off
 * @throws UsageError if nobody knows the name asked for, or if more than one encoding may be right
 */
export function findEncoding(sample: Sample, asked: string): Encoding {
  const { bytes, isWhole } = sample;
  const mark = marks.find((known) => known.bytes.every((byte, i) => bytes[i] === byte));
  if (asked !== 'auto') return askedEncoding(asked, mark);
  if (mark) return { name: mark.name, bomBytes: mark.bytes.length, note: said(mark.name) };
  const utf16 = utf16ByPattern(bytes);
  if (utf16) return assumed(utf16);
  const jis = isoOf2022(bytes, sample.place);
  if (jis !== null) return assumed(jis);
  if (isUtf8(isWhole ? bytes : withoutCutSequence(bytes))) return plainUtf8;
  const share = utf8Share(bytes);
  if (share > 0.8) return plainUtf8;
  refuseBinary(bytes.subarray(0, 4096), sample.place);
  const { names, isMixed } = guessPage(bytes);
  if (share >= 0.5 && names.length > 1) return plainUtf8;
  if (names.length > 1) throw inDoubt(sample, names, isMixed);
  return assumed(names[0]!);
}

const plainUtf8: Encoding = { name: 'utf-8', bomBytes: 0, note: null };

function said(name: string): string | null {
  return name === 'utf-8' ? null : `Read as ${name}, as its byte order mark says.`;
}

function assumed(name: string): Encoding {
  const note = `Encoding assumed to be ${name}. If letters look wrong, give --encoding.`;
  return { name, bomBytes: 0, note };
}

/** What e-mail programs of Japan write: ASCII, and between escape sequences pairs of its bytes. */
const japanese = 'iso-2022-jp';

/** Read by its bytes alone it would be ASCII: its escape sequences stand in no other text. */
function isoOf2022(bytes: Buffer, place: string): string | null {
  const letters = ['B', '@', ')C', ')A'].filter((to) => bytes.includes(`\x1b$${to}`));
  if (letters.length === 0) return null;
  if (letters[0] === 'B' || letters[0] === '@') return japanese;
  throw new UsageError(
    `${place}: this text is in ISO-2022-${letters[0] === ')C' ? 'KR' : 'CN'}, which prodimport does not read. Save it as UTF-8.`,
    'encoding_unknown',
  );
}

/** iconv-lite's, or that of Node where there is none. */
function decoderOf(name: string): { write(chunk: Buffer): string; end(): string | undefined } {
  if (name !== japanese) return iconv.getDecoder(name, { stripBOM: false });
  const decoder = new TextDecoder(name);
  return {
    write: (chunk) => decoder.decode(chunk, { stream: true }),
    end: () => decoder.decode(),
  };
}

function askedEncoding(asked: string, mark: (typeof marks)[number] | undefined): Encoding {
  if (asked.toLowerCase() !== japanese && !iconv.encodingExists(asked)) {
    const hint = didYouMean(asked, commonEncodings);
    throw new UsageError(
      `--encoding ${asked}: no such encoding.${hint} Try utf-8, windows-1252, iso-8859-15 or utf-16le.`,
      'encoding_unknown',
    );
  }
  const lower = asked.toLowerCase().replace(/^utf_?-?(?=\d)/, 'utf-');
  const name = lower === 'utf-16' || lower === 'utf-32' ? (mark?.name ?? `${lower}le`) : lower;
  return { name, bomBytes: mark?.name === name ? mark.bytes.length : 0, note: null };
}

/** What text holds besides its letters. */
const lineEnds = /[\r\n]/;
/** What no text holds: control characters, halves of pairs, code points without a character. */
const noText = /(?![\t-\r])\p{Cc}|[\p{Cs}\p{Co}\p{Cn}]/gu;

/** In UTF-16, digits, delimiters and line ends are a byte and a zero; other text has no zeros. */
function utf16ByPattern(sample: Buffer): string | null {
  const even = sample.subarray(0, Math.min(65_536, sample.length & ~1));
  const zeros = [0, 0];
  for (let i = 0; i < even.length; i++) if (even[i] === 0) zeros[i % 2]!++;
  // A hundredth of the letters, at least: the SKUs and prices between long names.
  if (Math.max(...zeros) < Math.max(2, even.length / 200)) return null;
  const names = zeros[1]! >= zeros[0]! ? ['utf-16le', 'utf-16be'] : ['utf-16be', 'utf-16le'];
  return names.find((name) => isText(iconv.decode(even, name, { stripBOM: false }))) ?? null;
}

function isText(text: string): boolean {
  const strange = text.slice(0, -1).match(noText)?.length ?? 0;
  return strange <= text.length / 1000 && lineEnds.test(text);
}

/** A sample may end inside a character: its first bytes are no reason to doubt the rest. */
function withoutCutSequence(sample: Buffer): Buffer {
  for (let back = 1; back <= 3 && back <= sample.length; back++) {
    const byte = sample[sample.length - back]!;
    if (byte < 0x80) return sample;
    if (byte >= 0xc0) return sample.subarray(0, sample.length - back);
  }
  return sample;
}

/**
 * How many of the letters beyond ASCII are whole in UTF-8, broken bytes being counted as letters:
 * sequences of several bytes that fit together are rare in any other encoding, but in a few words
 * of Chinese or Japanese. The rows of broken ones are rejected later on.
 */
function utf8Share(sample: Buffer): number {
  let whole = 0;
  let broken = 0;
  for (let i = 0; i < sample.length; i++) {
    if (sample[i]! < 0x80) continue;
    const length = sequenceLength(sample, i);
    if (length === 0) broken++;
    else whole++;
    i += Math.max(1, length) - 1;
  }
  return whole / (whole + broken);
}

/** The bytes of the letter there, 0 where there is none. */
function sequenceLength(sample: Buffer, at: number): number {
  const byte = sample[at]!;
  const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 0;
  if (length > 0 && isUtf8(sample.subarray(at, at + length))) return length;
  return isSurrogate(sample, at, 0xa0) && isSurrogate(sample, at + 3, 0xb0) ? 6 : 0;
}

/** Some databases write an emoji as two halves of three bytes: UTF-8 all the same, but a bad row. */
function isSurrogate(sample: Buffer, at: number, half: number): boolean {
  return sample[at] === 0xed && (sample[at + 1]! & 0xf0) === half && sample[at + 2]! >> 6 === 2;
}

function inDoubt({ bytes, place }: Sample, names: string[], isMixed: boolean): UsageError {
  const { line, text } = tellingLine(bytes, names);
  const read = names.map((name) => `${JSON.stringify(decodeText(text, name))} in ${name}`);
  const what = isMixed
    ? 'two encodings are mixed in this file'
    : 'these letters can be read in more than one encoding';
  const wayOut = isMixed
    ? 'Write it anew in one encoding, or give the one of most rows by --encoding'
    : 'Say which is right by --encoding';
  const example = `${wayOut}, such as --encoding ${names[0]}.`;
  const message = `${place}:${line}: ${what}. This line is ${read.join(', ')}. ${example}`;
  return new UsageError(message, 'encoding_doubtful');
}

/** The line that shows best what is in doubt: no two encodings read it alike, if there is such. */
function tellingLine(bytes: Buffer, names: string[]): { line: number; text: Buffer } {
  let best = { line: 1, text: bytes.subarray(0, 80), readings: 0 };
  let from = 0;
  for (let line = 1; from < bytes.length && best.readings < names.length; line++) {
    const end = lineEnd(bytes, from);
    const text = aroundLetters(bytes.subarray(from, end));
    if (text) {
      const readings = new Set(names.map((name) => decodeText(text, name))).size;
      if (readings > best.readings) best = { line, text, readings };
    }
    from = end + (bytes[end] === 13 && bytes[end + 1] === 10 ? 2 : 1);
  }
  return best;
}

function lineEnd(bytes: Buffer, from: number): number {
  const ends = [13, 10].map((byte) => bytes.indexOf(byte, from)).filter((at) => at >= 0);
  return Math.min(bytes.length, ...ends);
}

/** The part of a line, at most 80 bytes, where its first letter beyond ASCII stands. */
function aroundLetters(line: Buffer): Buffer | null {
  const first = line.findIndex((byte) => byte >= 0x80);
  if (first < 0) return null;
  const start = first < 60 ? 0 : first - 20;
  return line.subarray(start, start + 80);
}

/** Stands, in the UTF-8 that comes out, where the input had no meaning: never valid in UTF-8. */
const invalidMark = 0xff;

/**
 * Bytes of any encoding → bytes of UTF-8. UTF-8 passes untouched; elsewhere each character that
 * can't be decoded becomes `invalidMark`, so that its record is found invalid later on, by the
 * same check as broken UTF-8.
 */
export async function* decode(
  chunks: AsyncIterable<Buffer>,
  encoding: Encoding,
): AsyncGenerator<Buffer> {
  const text = withoutFirst(chunks, encoding.bomBytes);
  if (encoding.name === 'utf-8') yield* text;
  else yield* transcode(text, encoding.name);
}

/** All chunks but the first so many bytes. */
export async function* withoutFirst(
  chunks: AsyncIterable<Buffer>,
  bytes: number,
): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of chunks) {
    const skipped = Math.min(left, chunk.length);
    left -= skipped;
    if (skipped < chunk.length) yield chunk.subarray(skipped);
  }
}

async function* transcode(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const decoder = decoderOf(name);
  const unitBytes = name.startsWith('utf-16') ? 2 : name.startsWith('utf-32') ? 4 : 1;
  let total = 0;
  let held = '';
  for await (const chunk of chunks) {
    total += chunk.length;
    const text = held + withEuro(decoder.write(chunk), name);
    held = endsInHighSurrogate(text) ? text.slice(-1) : '';
    const complete = held === '' ? text : text.slice(0, -1);
    if (complete !== '') yield encode(complete, unitBytes === 1);
  }
  const rest = held + (decoder.end() ?? '');
  if (rest !== '') yield encode(rest, unitBytes === 1);
  if (total % unitBytes !== 0) yield Buffer.of(invalidMark);
}

function endsInHighSurrogate(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff;
}

const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const loneOrReplaced = new RegExp(`${lone.source}|\ufffd`);

/** @param replacementIsError the decoder puts U+FFFD in for what it doesn't know */
function encode(text: string, replacementIsError: boolean): Buffer {
  const invalid = replacementIsError ? loneOrReplaced : lone;
  if (!invalid.test(text)) return Buffer.from(text, 'utf8');
  const mark = Buffer.of(invalidMark);
  const parts = text.split(new RegExp(invalid.source, 'g'));
  return Buffer.concat(
    parts.flatMap((part, i) => (i ? [mark, Buffer.from(part)] : [Buffer.from(part)])),
  );
}
