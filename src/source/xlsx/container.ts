import type { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import {
  asFault,
  damaged,
  notAWorkbook,
  tooLarge,
  bombFloorBytes,
  maxInflation,
  maxParts,
} from './fault.js';

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

/** How much is inflated at once. */
const pieceBytes = 128 * 1024;

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
    const { uncompressedSize: size } = entry;
    const storedPerByte = entry.compressedSize / Math.max(1, size);
    let checksum = 0;
    let bytes = 0;
    try {
      for await (const chunk of await this.inflated(entry)) {
        bytes += chunk.length;
        if (bytes > size) throw new Error(`it holds too many bytes, as ${size} are declared`);
        checksum = crc32(chunk, checksum);
        this.onBytes(chunk.length * storedPerByte);
        yield chunk;
      }
      if (bytes < size) throw new Error(`it holds ${bytes} bytes, though ${size} are declared`);
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

  /** In larger pieces than the library's own stream gives them, of which each costs a turn. */
  private async inflated(entry: Entry): Promise<AsyncIterable<Buffer>> {
    const stored = (await this.zip.openReadStreamPromise(entry, {
      decodeFileData: false,
    })) as Readable;
    if (entry.compressionMethod === 0) return stored;
    const inflate = createInflateRaw({ chunkSize: pieceBytes });
    stored.once('error', (error) => inflate.destroy(error));
    inflate.once('close', () => stored.destroy());
    return stored.pipe(inflate);
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

  /** The sizes declared are the real ones: reading stops at the first byte too many. */
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
