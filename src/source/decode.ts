import iconv from 'iconv-lite';
import type { Encoding } from './encoding.js';
import { withEuro } from './pages.js';

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
  const decoder = iconv.getDecoder(name, { stripBOM: false });
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
