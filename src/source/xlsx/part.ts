import type { Container } from './container.js';
import { damaged, maxDepth, maxSmallPartBytes, tooLarge } from './fault.js';
import { XmlReader, type XmlEvents, type XmlFaults } from '../xml.js';
import { xmlPieces } from '../xml-text.js';

/** What is wrong with a part is wrong with the workbook. */
export function partFaults(name: string, part: string): XmlFaults {
  return {
    broken: (what, cause) => damaged(name, `its part ${part} ${what}`, cause),
    tooLarge: (what) => tooLarge(name, `its part ${part} ${what}`),
    maxDepth,
    takesTypes: false,
  };
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
  plain: PlainElements | null = null,
): Promise<void> {
  for await (const steps of readSteps(container, part, events, plain)) {
    while (!steps.next().done);
  }
}

/** Elements of which most need no more than a look at their bytes. */
export interface PlainElements {
  /** How such an element begins, and how it ends. */
  readonly begin: string;
  readonly end: string;
  /** At which depth it stands, that of the root being 1. */
  readonly depth: number;
  /**
   * Takes the element that begins there, where it is whole and just as it usually is.
   * @returns where it ends; -1 where it was not taken, so that the reader of XML has to look at it
   */
  take(bytes: Buffer, from: number): number;
  /** Whether so much was taken that whoever uses it should have his turn. */
  readonly isFull?: boolean;
  /** After so many characters of text he has it as well; without it, at the end of a piece. */
  readonly stepCharacters?: number;
}

/** An element that is longer is left to the reader of XML. */
const longestElement = 64 * 1024;

/**
 * Reads a part piece by piece. Of each come the steps in which it is read; after each of them, what
 * was read so far can be used.
 */
export async function* readSteps(
  container: Container,
  part: string,
  events: XmlEvents,
  plain: PlainElements | null,
): AsyncGenerator<Iterator<void>> {
  const faults = partFaults(container.name, part);
  const reader = new PartReader(new XmlReader(events, faults), plain);
  for await (const piece of xmlPieces(container.read(part), faults)) yield reader.read(piece);
  yield reader.end();
}

/** Enough for a piece and what waits before it. */
const firstBytes = 256 * 1024;

const blanks = [0x20, 0x09, 0x0a, 0x0d];

/** Offers the elements that are usually plain by their bytes, and gives all else to a reader of XML. */
class PartReader {
  /** What waits for the next piece, and behind it that piece. */
  private bytes = Buffer.allocUnsafeSlow(firstBytes);
  private waiting = 0;

  constructor(
    private readonly xml: XmlReader,
    private readonly plain: PlainElements | null,
  ) {}

  *read(piece: string | Buffer): Generator<void> {
    if (typeof piece === 'string') return yield* this.readText(piece);
    const { plain } = this;
    if (plain === null) return yield* this.readText(piece.toString('utf8'));
    const bytes = this.withWaiting(piece);
    const last = bytes.lastIndexOf(plain.end);
    const whole = last < 0 ? 0 : last + plain.end.length;
    let at = 0;
    while (at < bytes.length) {
      if (!this.xml.isAt(plain.depth)) {
        at = yield* this.readBytes(bytes, at, bytes.indexOf(plain.begin, at + 1));
        continue;
      }
      at = this.takeAll(plain, bytes, at, whole);
      if (plain.isFull) yield;
      else if (at < whole) {
        at = yield* this.readBytes(bytes, at, bytes.indexOf(plain.end, at) + plain.end.length);
      } else if (bytes.length - at <= longestElement) break;
      else at = yield* this.readBytes(bytes, at, -1);
    }
    this.waiting = bytes.copy(this.bytes, 0, at);
  }

  *end(): Generator<void> {
    yield* this.readText(this.bytes.toString('utf8', 0, this.waiting));
    this.xml.end();
  }

  private withWaiting(piece: Buffer): Buffer {
    const length = this.waiting + piece.length;
    if (length > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(length * 2);
      this.bytes.copy(larger, 0, 0, this.waiting);
      this.bytes = larger;
    }
    piece.copy(this.bytes, this.waiting);
    return this.bytes.subarray(0, length);
  }

  /** @returns where the first element begins that isn't taken, or is one too many for now */
  private takeAll(plain: PlainElements, bytes: Buffer, from: number, to: number): number {
    let at = from;
    while (at < to) {
      if (blanks.includes(bytes[at]!)) {
        at++;
        continue;
      }
      const end = plain.take(bytes, at);
      if (end < 0) return at;
      at = end;
      if (plain.isFull) return at;
    }
    return at;
  }

  /** @param to -1 for the end */
  private *readBytes(bytes: Buffer, from: number, to: number): Generator<void, number> {
    const end = to < 0 ? bytes.length : to;
    yield* this.readText(bytes.toString('utf8', from, end));
    return end;
  }

  private *readText(text: string): Generator<void> {
    const step = this.plain?.stepCharacters ?? text.length;
    for (let at = 0; at < text.length; at += step) {
      this.xml.write(text.slice(at, at + step));
      yield;
    }
  }
}
