import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import type { XmlFaults } from './xml.js';

type Decode = (chunk: Buffer, last: boolean) => string | Buffer;

/** The text of an XML document, as `xmlPieces` reads it. */
export async function* xmlText(
  ...[chunks, faults, isWhole]: Parameters<typeof xmlPieces>
): AsyncGenerator<string> {
  for await (const piece of xmlPieces(chunks, faults, isWhole)) {
    yield typeof piece === 'string' ? piece : piece.toString('utf8');
  }
}

/**
 * The text of an XML document; what is UTF-8 comes as its bytes, in whole characters. Parts of
 * workbooks are UTF-8 or UTF-16 (ECMA-376, part 2, 8.1.1), told apart by their first bytes; those of
 * some programs say that they are in ISO-8859-1 or another. Damaged text is refused: U+FFFD never
 * stands in for what was there.
 * @param isWhole whether a character may not be cut off at the end
 * @throws UsageError for an encoding that nobody knows, and for invalid bytes
 */
export async function* xmlPieces(
  chunks: AsyncIterable<Buffer>,
  faults: XmlFaults,
  isWhole = true,
): AsyncGenerator<string | Buffer> {
  let decode: Decode | null = null;
  for await (const chunk of chunks) {
    decode ??= decoderFor(chunk);
    const piece = decode(chunk, false);
    if (piece.length > 0) yield piece;
  }
  if (decode && isWhole) yield decode(Buffer.alloc(0), true);

  function decoderFor(head: Buffer): Decode {
    const invalid = (): Error => faults.broken('holds bytes that are no text');
    const [first, second] = [head[0], head[1]];
    const isLittle = (first === 0xff && second === 0xfe) || (first === 0x3c && second === 0);
    const isBig = (first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c);
    if (isLittle || isBig) return utf16(isBig, invalid);
    const declared = otherEncoding(head);
    if (declared === null) return utf8(invalid);
    if (!iconv.encodingExists(declared)) {
      throw faults.broken(`says it is ${declared}, which nobody knows; save it as UTF-8`);
    }
    return singleBytes(declared, invalid);
  }
}

/** What the first line says, where that is neither UTF-8 nor UTF-16. */
function otherEncoding(head: Buffer): string | null {
  const declared = /^[^>]{0,200}?encoding\s*=\s*["']([^"']{1,40})["']/.exec(
    head.subarray(0, 200).toString('latin1'),
  )?.[1];
  if (declared === undefined || /^(utf-?(8|16)(le|be)?|us-ascii|ascii)$/i.test(declared))
    return null;
  // As on the web: who says so has quotes and the euro sign of windows-1252, too.
  return /^iso-?8859-?1$/i.test(declared) ? 'windows-1252' : declared;
}

function singleBytes(encoding: string, invalid: () => Error): Decode {
  const decoder = iconv.getDecoder(encoding);
  return (chunk, last) => {
    const text = decoder.write(chunk) + (last ? (decoder.end() ?? '') : '');
    if (text.includes('\ufffd')) throw invalid();
    return text;
  };
}

/** Whole characters; up to three bytes of a cut one wait for the next piece. */
function utf8(invalid: () => Error): Decode {
  let waiting = Buffer.alloc(0);
  return (chunk, last) => {
    const bytes = waiting.length > 0 ? Buffer.concat([waiting, chunk]) : chunk;
    const end = last ? bytes.length : bytes.length - incompleteTail(bytes);
    waiting = Buffer.from(bytes.subarray(end));
    const whole = bytes.subarray(0, end);
    if (!isUtf8(whole)) throw invalid();
    return whole;
  };
}

function incompleteTail(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

function utf16(isBig: boolean, invalid: () => Error): Decode {
  const decoder = new TextDecoder(isBig ? 'utf-16be' : 'utf-16le', { fatal: true });
  return (chunk, last) => {
    try {
      return decoder.decode(chunk, { stream: !last });
    } catch {
      throw invalid();
    }
  };
}
