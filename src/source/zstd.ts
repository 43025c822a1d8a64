import { pipeline, type Transform } from 'node:stream';
import zlib from 'node:zlib';
import { UsageError } from '../errors.js';
import { Damage, Input } from './packed.js';

const magic = 0xfd2fb528;
/** Frames of others' data, to be passed over; the last four bits are theirs. */
const skippable = 0x184d2a50;
const blockHeadBytes = 3;
const checksumBytes = 4;
/** Types of blocks: one byte that is repeated takes one. */
const repeated = 1;

/** In Node since 22.15; not known to the types of 20. */
const { createZstdDecompress } = zlib as unknown as { createZstdDecompress?: () => Transform };

export function isZstd(head: Buffer): boolean {
  return head.length >= 4 && head.readUInt32LE() === magic;
}

/** @throws UsageError where this Node can't unpack it */
export function refuseZstd(place: string): void {
  if (createZstdDecompress !== undefined) return;
  throw new UsageError(
    `${place}: this is a zstd file, which Node ${process.versions.node} can't unpack (22.15 and later can). Unpack it first: zstd -dc FILE | prodimport load -`,
    'format_foreign',
  );
}

/**
 * Unpacks zstd, frame by frame. Where the data stop or are corrupt, what came before is given and
 * `onDamage` hears why.
 *
 * The frames are found here (RFC 8878). Node's own reader does not always tell that they are cut, and
 * drops what else stands in a chunk behind the end of a frame.
 */
export async function* unzstd(
  chunks: AsyncIterable<Buffer>,
  onDamage: (reason: string) => void,
): AsyncGenerator<Buffer> {
  let isTold = false;
  const frames = wholeFrames(new Input(chunks, 'zstd'), (reason) => {
    isTold = true;
    onDamage(reason);
  });
  try {
    yield* pipeline(frames, createZstdDecompress!(), () => {}) as AsyncIterable<Buffer>;
  } catch (error) {
    if (!isOfZstd(error)) throw error;
    // Of a cut Node 24 tells, too, once the frames have.
    if (!isTold) onDamage(`the zstd data are corrupt (${error.message})`);
  }
}

function isOfZstd(error: unknown): error is NodeJS.ErrnoException {
  const { code = '' } = error as NodeJS.ErrnoException;
  return error instanceof Error && (code === 'Z_BUF_ERROR' || code.startsWith('ZSTD'));
}

/** The frames' bytes, in pieces that never reach from one frame into the next. */
async function* wholeFrames(
  input: Input,
  onDamage: (reason: string) => void,
): AsyncGenerator<Buffer> {
  try {
    while ((await input.peek(1)).length > 0) {
      const start = await input.take(4);
      const kind = start.readUInt32LE();
      if (kind === magic) yield* frame(start, input);
      else if ((kind & ~0xf) >>> 0 === skippable) await skipFrame(input);
      else throw new Damage('behind the zstd data stands something else');
    }
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    onDamage(error.message);
  }
}

async function* frame(start: Buffer, input: Input): AsyncGenerator<Buffer> {
  const descriptor = await input.take(1);
  const { headerBytes, hasChecksum } = layout(descriptor[0]!);
  yield Buffer.concat([start, descriptor, await input.take(headerBytes)]);
  for (;;) {
    const head = await input.take(blockHeadBytes);
    const bits = head.readUIntLE(0, blockHeadBytes);
    const size = ((bits >> 1) & 3) === repeated ? 1 : bits >> 3;
    yield head;
    yield await input.take(size);
    if (bits & 1) break;
  }
  if (hasChecksum) yield await input.take(checksumBytes);
}

/** What a frame's descriptor says of the rest of its header: window, dictionary, size of content. */
function layout(descriptor: number): { headerBytes: number; hasChecksum: boolean } {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const windowBytes = isSingleSegment ? 0 : 1;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const headerBytes = windowBytes + dictionaryBytes + sizeBytes;
  return { headerBytes, hasChecksum: (descriptor & 4) !== 0 };
}

async function skipFrame(input: Input): Promise<void> {
  let left = (await input.take(4)).readUInt32LE();
  while (left > 0) {
    const bytes = await input.next();
    if (bytes.length > left) input.giveBack(bytes.subarray(left));
    left -= Math.min(left, bytes.length);
  }
}
