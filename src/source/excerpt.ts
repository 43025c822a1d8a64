import { isUtf8 } from 'node:buffer';

/**
 * The beginning of a record's bytes as text that can be stored and shown: bytes that mean nothing
 * and control characters stand as `\x81`.
 */
export function excerpt(bytes: Uint8Array, maxChars = 200): string {
  // So many characters fit into these bytes, whatever they are.
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, maxChars * 4));
  const clean = isUtf8(head) && !head.some(isControl);
  const text = clean ? head.toString('utf8') : escaped(head, maxChars);
  // Not half a surrogate pair at the end.
  return text.slice(0, maxChars).replace(/[\ud800-\udbff]$/, '');
}

function escaped(head: Buffer, maxChars: number): string {
  let text = '';
  for (let at = 0; at < head.length && text.length < maxChars;) {
    const length = isControl(head[at]!) ? 0 : sequenceLength(head, at);
    text +=
      length > 0
        ? head.toString('utf8', at, at + length)
        : `\\x${head[at]!.toString(16).padStart(2, '0').toUpperCase()}`;
    at += Math.max(1, length);
  }
  return text;
}

function isControl(byte: number): boolean {
  return (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) || byte === 0x7f;
}

/** Bytes of the UTF-8 sequence at a position; 0 where there is none. */
function sequenceLength(bytes: Buffer, at: number): number {
  const byte = bytes[at]!;
  const length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
  return at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}
