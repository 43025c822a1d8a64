import { crc32 } from 'node:zlib';
import { isUtf8 } from 'node:buffer';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import iconv from 'iconv-lite';
import {
  asFault,
  damaged,
  notAWorkbook,
  tooLarge,
  bombFloorBytes,
  maxInflation,
  maxParts,
  maxSmallPartBytes,
} from './fault.js';
import { XmlReader, type XmlEvents } from './xml.js';

/**
 * The ZIP archive around a workbook. Its directory is read from the end of the file, so the order
 * of the parts does not matter, and nothing is ever written to disk.
 */
export class Container {
  private readonly parts = new Map<string, Entry>();

  private constructor(
    private readonly zip: ZipFile,
    /** How messages call the file. */
    readonly name: string,
    private readonly onBytes: (storedBytes: number) => void,
  ) {}

  /**
   * @param onBytes gets how many more bytes of the file, as stored, have been read
   * @throws UsageError where the file is no whole ZIP archive, or names parts outside of itself
   */
  static async open(
    path: string,
    name: string,
    onBytes: (storedBytes: number) => void = () => {},
  ): Promise<Container> {
    const zip = await openPromise(path, { autoClose: false }).catch((error: unknown) => {
      throw asFault(name, 'the archive has no end', error);
    });
    const container = new Container(zip, name, onBytes);
    try {
      await container.readDirectory();
    } catch (error) {
      zip.close();
      throw asFault(name, 'its table of contents', error);
    }
    return container;
  }

  /** Names of all parts, as stored. */
  partNames(): string[] {
    return [...this.parts.values()].map((entry) => entry.fileName);
  }

  has(part: string): boolean {
    return this.parts.has(part.toLowerCase());
  }

  /** Size of a part once inflated, in bytes; 0 where it is missing. */
  sizeOf(part: string): number {
    return this.parts.get(part.toLowerCase())?.uncompressedSize ?? 0;
  }

  /**
   * A part's bytes in pieces, with size and checksum verified at the end.
   * @throws UsageError where the part is missing, encrypted, damaged or a bomb
   */
  async *read(part: string): AsyncGenerator<Buffer> {
    const entry = this.parts.get(part.toLowerCase());
    if (!entry) throw damaged(this.name, `its part ${part} is missing`);
    this.refuseUnreadable(entry);
    let checksum = 0;
    try {
      const stream = await this.zip.openReadStreamPromise(entry);
      const storedPerByte = entry.compressedSize / Math.max(1, entry.uncompressedSize);
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        checksum = crc32(chunk, checksum);
        this.onBytes(chunk.length * storedPerByte);
        yield chunk;
      }
    } catch (error) {
      throw asFault(this.name, `its part ${part}`, error);
    }
    if (checksum !== entry.crc32) {
      throw damaged(this.name, `its part ${part} does not match its checksum`);
    }
  }

  close(): void {
    this.zip.close();
  }

  private async readDirectory(): Promise<void> {
    if (this.zip.entryCount > maxParts) {
      throw tooLarge(this.name, `it has ${this.zip.entryCount} parts (${maxParts} at most)`);
    }
    for await (const entry of this.zip.eachEntry()) {
      const key = entry.fileName.toLowerCase();
      if (this.parts.has(key)) {
        throw damaged(this.name, `it names the part ${entry.fileName} twice`);
      }
      this.parts.set(key, entry);
    }
  }

  /** The sizes declared are the real ones: yauzl stops at the first byte too many. */
  private refuseUnreadable(entry: Entry): void {
    const part = entry.fileName;
    if (entry.isEncrypted()) {
      throw notAWorkbook(
        this.name,
        `its part ${part} is encrypted. Unpack the archive with its password and load what is in it.`,
      );
    }
    if (!entry.canDecodeFileData()) {
      throw damaged(this.name, `its part ${part} is compressed in a way that workbooks never are`);
    }
    const { compressedSize, uncompressedSize } = entry;
    if (uncompressedSize > bombFloorBytes && uncompressedSize > compressedSize * maxInflation) {
      throw tooLarge(
        this.name,
        `its part ${part} has ${compressedSize} bytes and claims ${uncompressedSize} once inflated`,
      );
    }
  }
}

/**
 * Reads a small XML part from start to end.
 * @throws UsageError where the part is missing, damaged, not XML or not small
 */
export async function readPart(
  container: Container,
  part: string,
  events: XmlEvents,
): Promise<void> {
  if (container.sizeOf(part) > maxSmallPartBytes) {
    throw tooLarge(container.name, `its part ${part} is over ${maxSmallPartBytes} bytes`);
  }
  await streamPart(container, part, events);
}

/** The same for parts of any size, whose reader limits what it keeps. */
export async function streamPart(
  container: Container,
  part: string,
  events: XmlEvents,
): Promise<void> {
  const reader = new XmlReader(events, container.name, part);
  for await (const text of partText(container.read(part), container.name, part)) {
    reader.write(text);
  }
  reader.end();
}

type Decode = (chunk: Buffer, last: boolean) => string;

/**
 * The text of an XML part. Parts are UTF-8 or UTF-16 (ECMA-376, part 2, 8.1.1), as their first
 * bytes show; those of some programs say that they are in ISO-8859-1 or another. Damaged text is
 * refused: U+FFFD never stands in for what was there.
 * @throws UsageError for an encoding that nobody knows, and for invalid bytes
 */
export async function* partText(
  chunks: AsyncIterable<Buffer>,
  name: string,
  part: string,
): AsyncGenerator<string> {
  let decode: Decode | null = null;
  for await (const chunk of chunks) {
    if (!decode) {
      decode = decoderFor(chunk);
    }
    const text = decode(chunk, false);
    if (text !== '') yield text;
  }
  if (decode) yield decode(Buffer.alloc(0), true);

  function decoderFor(head: Buffer): Decode {
    const invalid = (): Error => damaged(name, `its part ${part} holds bytes that are no text`);
    const [first, second] = [head[0], head[1]];
    const isLittle = (first === 0xff && second === 0xfe) || (first === 0x3c && second === 0);
    const isBig = (first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c);
    if (isLittle || isBig) return utf16(isBig, invalid);
    const declared = otherEncoding(head);
    if (declared === null) return utf8(invalid);
    if (!iconv.encodingExists(declared)) {
      throw damaged(name, `its part ${part} says it is ${declared}; workbooks are UTF-8 or UTF-16`);
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

/** Native decoding of whole characters; up to three bytes of a cut one wait for the next piece. */
function utf8(invalid: () => Error): Decode {
  let waiting = Buffer.alloc(0);
  return (chunk, last) => {
    const bytes = waiting.length > 0 ? Buffer.concat([waiting, chunk]) : chunk;
    const end = last ? bytes.length : bytes.length - incompleteTail(bytes);
    waiting = Buffer.from(bytes.subarray(end));
    const whole = bytes.subarray(0, end);
    if (!isUtf8(whole)) throw invalid();
    return whole.toString('utf8');
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
