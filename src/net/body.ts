import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Deadline } from './deadline.js';
import { NetError, netFailure } from './failure.js';

/** A body that is read as it comes. To leave it early ends its connection. */
export class Body implements AsyncIterable<Buffer> {
  private readonly bytes: Readable;

  /**
   * @param decode undoes the answer's Content-Encoding
   * @param maxBytes a longer body fails; counted as it is handed out
   */
  constructor(
    private readonly response: IncomingMessage,
    private readonly deadline: Deadline,
    private readonly options: { decode?: boolean; maxBytes?: number },
  ) {
    this.bytes = options.decode ? decoded(response) : response;
    // What breaks while nobody reads is thrown when somebody does.
    this.bytes.on('error', () => undefined);
    deadline.signal.addEventListener('abort', this.end, { once: true });
    if (deadline.signal.aborted) this.end();
  }

  /**
   * The chunks up to the end that the host announced.
   * @throws NetError `answer_cut` where they end before it, by Content-Length, chunks or encoding ·
   *   `answer_too_long` · `timeout`
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const chunks = this.bytes[Symbol.asyncIterator]() as AsyncIterableIterator<Buffer>;
    const { maxBytes = Infinity } = this.options;
    let room = maxBytes;
    try {
      for (;;) {
        const { done, value } = await this.deadline.awaiting(chunks.next());
        if (done) return;
        room -= value.length;
        if (room < 0) throw tooLong(maxBytes);
        yield value;
      }
    } catch (error) {
      throw this.deadline.failure ?? failureOf(error);
    } finally {
      this.close();
    }
  }

  /** All of it. @throws NetError as above */
  async whole(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** Leaves what was not read. A connection from which all has come stays open. */
  close(): void {
    this.deadline.signal.removeEventListener('abort', this.end);
    this.deadline.stop();
    if (this.bytes !== this.response) this.bytes.destroy();
    if (this.response.complete) this.response.resume();
    else this.response.destroy();
  }

  private readonly end = () => {
    this.response.destroy();
    this.bytes.destroy(this.deadline.failure!);
  };
}

const decoders: Record<string, () => NodeJS.ReadWriteStream & Readable> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

function decoded(response: IncomingMessage): Readable {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return response;
  const decoder = decoders[encoding];
  if (!decoder) {
    response.destroy();
    throw new NetError(`answered in an encoding that is not known: ${encoding}`, 'answer_invalid');
  }
  return pipeline(response, decoder(), () => undefined);
}

function tooLong(maxBytes: number): NetError {
  return new NetError(`answered with more than ${maxBytes} bytes`, 'answer_too_long');
}

/** Once an answer has begun, a connection that ends has cut it. */
function failureOf(error: unknown): NetError {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (['ECONNRESET', 'EPIPE', 'Z_BUF_ERROR', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code)) {
    return new NetError('broke its answer off before the end', 'answer_cut', { cause: error });
  }
  if (code.startsWith('Z_') || code.startsWith('ERR_BROTLI') || code.startsWith('ERR__ERROR')) {
    const message = 'answered with a body that is not in the encoding it names';
    return new NetError(message, 'answer_invalid', { cause: error });
  }
  return netFailure(error);
}
