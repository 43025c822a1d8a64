import { isUtf8 } from 'node:buffer';

/** The longest value that a reject keeps, in characters. */
const excerptChars = 200;

/**
 * The beginning of a record's bytes as text that can be stored and shown: bytes that mean nothing
 * and control characters stand as `\x81`.
 */
export function excerpt(bytes: Uint8Array): string {
  const head = bytes.subarray(0, excerptChars * 4);
  let text = '';
  for (let at = 0; at < head.length && text.length < excerptChars;) {
    const length = sequenceLength(head, at);
    const known = length > 0 && !isControl(head[at]!);
    text += known
      ? Buffer.from(head.subarray(at, at + length)).toString('utf8')
      : `\\x${head[at]!.toString(16).padStart(2, '0').toUpperCase()}`;
    at += known ? length : 1;
  }
  // Not half a surrogate pair at the end.
  return text.slice(0, excerptChars).replace(/[\ud800-\udbff]$/, '');
}

function isControl(byte: number): boolean {
  return (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) || byte === 0x7f;
}

/** Bytes of the UTF-8 sequence at a position; 0 where there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const byte = bytes[at]!;
  const length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
  return at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}
