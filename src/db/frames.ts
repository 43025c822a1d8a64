import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';

const headBytes = 5;
/** Until the server is ready it has little to say, and nobody knows yet what it is. */
const greetingBytes = 64 * 1024;
const toldBytes = 1024 * 1024;
/** More than that JavaScript can't make a text of. */
const rowBytes = 0x1fffffe8;

const [error, notice, ready] = ['E', 'N', 'Z'].map((kind) => kind.charCodeAt(0));

/**
 * Where the messages of a server begin and end, so that the driver is only given what it can read: it
 * goes on for ever after the end of a text that has none, and keeps what never ends.
 */
class Frames {
  private readonly head = Buffer.alloc(headBytes);
  private headFilled = 0;
  private left = 0;
  private isReady = false;

  /** @throws Error where this can't be the next of what a PostgreSQL says */
  check(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.headFilled < headBytes) {
        const copied = chunk.copy(this.head, this.headFilled, at, at + headBytes - this.headFilled);
        this.headFilled += copied;
        at += copied;
        if (this.headFilled < headBytes) return;
        this.begin();
      }
      const taken = Math.min(this.left, chunk.length - at);
      at += taken;
      this.left -= taken;
      if (this.left === 0) this.end(taken > 0 ? chunk[at - 1]! : 0);
    }
  }

  private begin(): void {
    const [kind] = this.head;
    this.left = this.head.readUInt32BE(1) - (headBytes - 1);
    const isTold = kind === error || kind === notice;
    const most = !this.isReady ? greetingBytes : isTold ? toldBytes : rowBytes;
    if (this.left >= (isTold ? 1 : 0) && this.left <= most) return;
    throw new Error(`a message of ${this.left} bytes`);
  }

  private end(last: number): void {
    const [kind] = this.head;
    if ((kind === error || kind === notice) && last !== 0) throw new Error('a text without an end');
    this.isReady ||= kind === ready;
    this.headFilled = 0;
  }
}

/**
 * A stream as the driver listens to it, without what no PostgreSQL says: that ends the connection.
 * @returns what has its events `data` and `end`
 */
export function guarded(stream: Duplex): EventEmitter {
  const heard = new EventEmitter();
  const frames = new Frames();
  let isOdd = false;
  stream.on('data', (chunk: Buffer) => {
    if (isOdd) return;
    try {
      frames.check(chunk);
      heard.emit('data', chunk);
    } catch (cause) {
      isOdd = true;
      const said = cause instanceof Error ? cause.message : String(cause);
      stream.destroy(new Error(`Unexpected answer: ${said}`, { cause }));
    }
  });
  stream.on('end', () => heard.emit('end'));
  return heard;
}
