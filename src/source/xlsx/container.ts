import { crc32 } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import {
  asFault,
  damaged,
  notAWorkbook,
  tooLarge,
  bombFloorBytes,
  maxDepth,
  maxInflation,
  maxParts,
  maxSmallPartBytes,
} from './fault.js';
import { XmlReader, type XmlEvents, type XmlFaults } from '../xml.js';
import { xmlText } from '../xml-text.js';

/** Ways to pack a part, besides deflate (APPNOTE, 4.4.5). */
const methods: Record<number, string | undefined> = {
  1: 'shrink',
  6: 'implode',
  9: 'deflate64',
  12: 'bzip2',
  14: 'LZMA',
  93: 'zstd',
  95: 'xz',
  98: 'PPMd',
  99: 'AES encryption',
};

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
    private readonly wayOut: string | undefined,
  ) {}

  /**
   * @param onBytes gets how many more bytes of the file, as stored, have been read
   * @param wayOut where it is too large; what helps with a workbook unless it is given
   * @throws UsageError where the file is no whole ZIP archive, or names parts outside of itself
   */
  static async open(
    path: string,
    name: string,
    onBytes: (storedBytes: number) => void = () => {},
    wayOut?: string,
  ): Promise<Container> {
    const zip = await openPromise(path, { autoClose: false }).catch((error: unknown) => {
      throw asFault(name, 'the archive has no end', error);
    });
    const container = new Container(zip, name, onBytes, wayOut);
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
      const what = `it has ${this.zip.entryCount} parts (${maxParts} at most)`;
      throw tooLarge(this.name, what, this.wayOut);
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
      const method = methods[entry.compressionMethod] ?? `method ${entry.compressionMethod}`;
      throw notAWorkbook(
        this.name,
        `its part ${part} is packed by ${method}, which is not known here. Unpack the archive and load what is in it.`,
      );
    }
    const { compressedSize, uncompressedSize } = entry;
    if (uncompressedSize > bombFloorBytes && uncompressedSize > compressedSize * maxInflation) {
      throw tooLarge(
        this.name,
        `its part ${part} has ${compressedSize} bytes and claims ${uncompressedSize} once inflated`,
        this.wayOut,
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

/** What is wrong with a part is wrong with the workbook. */
export function partFaults(name: string, part: string): XmlFaults {
  return {
    broken: (what, cause) => damaged(name, `its part ${part} ${what}`, cause),
    tooLarge: (what) => tooLarge(name, `its part ${part} ${what}`),
    maxDepth,
    takesTypes: false,
  };
}

/** The same for parts of any size, whose reader limits what it keeps. */
export async function streamPart(
  container: Container,
  part: string,
  events: XmlEvents,
): Promise<void> {
  const faults = partFaults(container.name, part);
  const reader = new XmlReader(events, faults);
  for await (const text of xmlText(container.read(part), faults)) {
    reader.write(text);
  }
  reader.end();
}
