import { isUtf8 } from 'node:buffer';
import { analyse } from 'chardet';
import iconv from 'iconv-lite';
import { didYouMean } from '../closest.js';
import { UsageError } from '../errors.js';

/** How a text's bytes are to be read. */
export interface Encoding {
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

/** Guesses that short Western texts attract; all mean the same letters to a shop's export. */
const westernLookAlikes = new Set([
  'windows-1252',
  'iso-8859-1',
  'iso-8859-9',
  'windows-1254',
  'windows-1257',
  'windows-1258',
]);

/**
 * Finds how a text is encoded: byte order mark, valid UTF-8, the zeros of UTF-16, then statistics.
 * @param sample the first bytes; `whole` says that nothing follows them
 * @param asked `auto`, or a name that wins over everything but takes its byte order mark off
 * @throws UsageError if nobody knows the name asked for
 */
export function findEncoding(sample: Buffer, whole: boolean, asked: string): Encoding {
  const mark = marks.find(({ bytes }) => bytes.every((byte, i) => sample[i] === byte));
  if (asked !== 'auto') return askedEncoding(asked, mark);
  if (mark) return { name: mark.name, bomBytes: mark.bytes.length, note: said(mark.name) };
  const utf16 = utf16ByZeros(sample);
  if (utf16) return assumed(utf16);
  if (isUtf8(whole ? sample : withoutCutSequence(sample))) return plainUtf8;
  if (mostlyUtf8(sample)) return plainUtf8;
  return assumed(byStatistics(sample));
}

const plainUtf8: Encoding = { name: 'utf-8', bomBytes: 0, note: null };

function said(name: string): string | null {
  return name === 'utf-8' ? null : `Read as ${name}, as its byte order mark says.`;
}

function assumed(name: string): Encoding {
  const note = `Encoding assumed to be ${name}. If letters look wrong, give --encoding.`;
  return { name, bomBytes: 0, note };
}

function askedEncoding(asked: string, mark: (typeof marks)[number] | undefined): Encoding {
  if (!iconv.encodingExists(asked)) {
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

/** Every second byte of Latin text in UTF-16 is zero, and text has no zeros otherwise. */
function utf16ByZeros(sample: Buffer): string | null {
  const head = sample.subarray(0, 4096);
  let even = 0;
  let odd = 0;
  for (let i = 0; i < head.length; i++) {
    if (head[i] !== 0) continue;
    if (i % 2 === 0) even++;
    else odd++;
  }
  const pairs = head.length / 2;
  if (odd > pairs * 0.3 && even < pairs * 0.02) return 'utf-16le';
  if (even > pairs * 0.3 && odd < pairs * 0.02) return 'utf-16be';
  return null;
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
 * UTF-8 with a few broken bytes: sequences of several bytes that fit together are rare in any
 * other encoding. The broken ones are then rejected one by one.
 */
function mostlyUtf8(sample: Buffer): boolean {
  let whole = 0;
  let broken = 0;
  for (let i = 0; i < sample.length; i++) {
    const byte = sample[i]!;
    if (byte < 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1;
    if (length > 1 && isUtf8(sample.subarray(i, i + length))) {
      whole++;
      i += length - 1;
    } else {
      broken++;
    }
  }
  return whole > broken * 2;
}

function byStatistics(sample: Buffer): string {
  const first = sample.findIndex((byte) => byte >= 0x80);
  const start = Math.max(0, first - 1024);
  const part = sample.subarray(start, start + 65_536);
  const guesses = analyse(part).map((guess) => ({ ...guess, name: guess.name.toLowerCase() }));
  const western = guesses.find(({ name }) => westernLookAlikes.has(name));
  const other = guesses.find(
    ({ name, lang }) =>
      !westernLookAlikes.has(name) &&
      !/^(ascii|utf)/.test(name) &&
      // The Romanian model takes French for Romanian.
      lang !== 'ro' &&
      makesSense(part, name),
  );
  const clear = other && other.confidence >= Math.max(10, 1.5 * (western?.confidence ?? 0));
  return clear ? other.name.replace('_', '-') : 'windows-1252';
}

/** Statistics alone take Russian for Hebrew, though it has bytes that mean nothing there. */
function makesSense(part: Buffer, name: string): boolean {
  if (!iconv.encodingExists(name)) return false;
  const text = iconv.decode(part, name);
  const unknown = text.indexOf('\ufffd');
  // The end of the part may be half a character.
  return unknown < 0 || unknown >= text.length - 2;
}
