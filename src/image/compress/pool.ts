import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { FailedError } from '../../errors.js';
import { ImageFault } from '../fault.js';
import type { Settings } from './sharp.js';

export interface CompressOrder {
  /** Paths of files. */
  from: string;
  to: string;
  settings: Settings;
}

export type CompressAnswer =
  | { kind: 'done'; sha256: string; bytes: number }
  /** `refused`: the image is to blame · `failed`: the disk · `missing`: sharp can't be loaded. */
  | { kind: 'refused' | 'failed' | 'missing'; message: string };

export interface Compressed {
  /** Of the compressed file, in hex. */
  sha256: string;
  bytes: number;
}

/** Run from source, the child is source as well. */
const childModule = new URL(
  import.meta.url.endsWith('.ts') ? 'child.ts' : 'child.js',
  import.meta.url,
);

/** Longer than the limit that sharp keeps by itself: for a decoder that does not. */
const killAfterMs = 40_000;

interface PoolOptions {
  /** Images at once, a process each. */
  size: number;
  killAfterMs?: number;
  /** The program of a process; our own unless given. */
  module?: URL;
}

/** Before anything is fetched. @throws FailedError where sharp is not installed */
export function checkCompressor(): void {
  try {
    createRequire(import.meta.url).resolve('sharp');
  } catch {
    throw missing('is not installed');
  }
}

/** It comes in parts, of which another system, or an old processor, may have the wrong ones. */
function missing(why: string): FailedError {
  return new FailedError(
    `Images need the package sharp, which ${why}. Install prodimport again on this system, ` +
      'without --omit=optional.',
    'sharp_missing',
  );
}

/**
 * Processes that compress, started when needed. One that crashes or hangs fails its image, and the
 * next image gets a new one.
 */
export class CompressorPool {
  private readonly idle: ChildProcess[] = [];
  private readonly all = new Set<ChildProcess>();
  private readonly queue: (() => void)[] = [];
  private busy = 0;
  private isClosed = false;

  constructor(private readonly options: PoolOptions) {}

  /**
   * @throws ImageFault where the image is to blame, or the decoder crashed over it · FailedError
   *   where sharp can't be loaded or the disk fails
   */
  async compress(order: CompressOrder): Promise<Compressed> {
    await this.turn();
    try {
      if (this.isClosed) throw new ImageFault('The worker was stopped.', { mayPass: true });
      const child = this.idle.pop() ?? this.start();
      const answer = await this.ask(child, order);
      this.idle.push(child);
      return resultOf(answer);
    } finally {
      this.busy -= 1;
      this.queue.shift()?.();
    }
  }

  /** Ends every process, also one that is at work. */
  async close(): Promise<void> {
    this.isClosed = true;
    const ended = [...this.all].map((child) => once(child, 'exit'));
    for (const child of this.all) child.kill('SIGKILL');
    await Promise.all(ended);
  }

  private async turn(): Promise<void> {
    while (this.busy >= this.options.size) {
      await new Promise<void>((resolve) => this.queue.push(resolve));
    }
    this.busy += 1;
  }

  private start(): ChildProcess {
    const { module = childModule } = this.options;
    const child = fork(fileURLToPath(module), {
      execArgv: module.pathname.endsWith('.ts') ? ['--import', 'tsx'] : [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // Freed memory goes back to the system instead of staying in an arena a thread.
      env: { ...process.env, MALLOC_ARENA_MAX: '2' },
    });
    child.on('error', () => undefined);
    if (child.pid === undefined) {
      throw new FailedError('No process can be started to compress images.', 'compress_failed');
    }
    this.all.add(child);
    child.on('exit', () => {
      this.all.delete(child);
      const at = this.idle.indexOf(child);
      if (at >= 0) this.idle.splice(at, 1);
    });
    return child;
  }

  private ask(child: ChildProcess, order: CompressOrder): Promise<CompressAnswer> {
    return new Promise((resolve, reject) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        child.kill('SIGKILL');
      }, this.options.killAfterMs ?? killAfterMs);
      const onExit = () => settle(() => reject(crashed(isLate)));
      const onMessage = (answer: CompressAnswer) => settle(() => resolve(answer));
      const settle = (end: () => void) => {
        clearTimeout(timer);
        child.off('exit', onExit).off('message', onMessage);
        end();
      };
      child.on('exit', onExit).on('message', onMessage);
      // A process that has just ended takes no order; its 'exit' tells.
      child.send(order, () => undefined);
    });
  }
}

function crashed(isLate: boolean): ImageFault {
  const what = isLate ? 'took too long over it' : 'crashed over it';
  return new ImageFault(`The decoder ${what}.`, { mayPass: true });
}

function resultOf(answer: CompressAnswer): Compressed {
  if (answer.kind === 'done') return answer;
  if (answer.kind === 'refused') {
    throw new ImageFault(`It can't be compressed: ${answer.message.replace(/\.?$/, '.')}`);
  }
  if (answer.kind === 'missing') {
    throw missing(`can't be loaded: ${answer.message.replace(/\.$/, '')}`);
  }
  throw new FailedError(`Images can't be compressed: ${answer.message}`, 'compress_failed');
}
