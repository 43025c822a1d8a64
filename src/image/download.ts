import { open, type FileHandle } from 'node:fs/promises';
import { NetError, type Answer, type Net } from '../net.js';
import type { AnswerHead } from '../net/answer.js';
import { ImageFault } from './fault.js';
import { formatOf, signatureBytes } from './format.js';
import { readRetryAfter } from '../net/retry-after.js';
import { longestWaitMs } from './schedule.js';

/** What a host said about a version, so that it can be asked whether it has a newer one. */
export interface Version {
  etag: string | null;
  lastModified: string | null;
}

export interface DownloadLimits {
  /** For everything: names, connection, redirects and the last byte. */
  timeoutMs: number;
  maxBytes: number;
  allowPrivate: boolean;
}

/** Null where the host still has the version that is known. */
export type Download = (Version & { bytes: number; status: number }) | null;

const followRedirects = 5;

/**
 * Fetches an image into a file, which ends up whole or is left to the caller to remove.
 * @param known ask for a newer version only
 * @throws ImageFault for what the host is to blame for · what the file system throws
 */
export async function download(
  net: Net,
  url: string,
  path: string,
  known: Version | null,
  limits: DownloadLimits,
  signal: AbortSignal,
): Promise<Download> {
  const file = await open(path, 'w');
  const sink = new ImageSink(file, limits.maxBytes);
  let answer: Answer;
  try {
    answer = await net.request(url, {
      headers: headersFor(known),
      onBody: (chunk, head) => sink.take(chunk, head),
      followRedirects,
      signal,
      ...limits,
    });
  } catch (error) {
    throw error instanceof NetError ? faultOf(error, limits.maxBytes) : error;
  } finally {
    await file.close();
  }
  const { status, headers } = answer;
  if (status === 304 && known) return null;
  if (status !== 200) throw statusFault(answer);
  sink.end();
  const version = { etag: headers.etag ?? null, lastModified: headers['last-modified'] ?? null };
  return { ...version, status, bytes: sink.bytes };
}

/** Writes a body, and gives up as soon as it is clear that nothing comes of it. */
class ImageSink {
  bytes = 0;
  private head: Buffer | null = Buffer.alloc(0);

  constructor(
    private readonly file: FileHandle,
    private readonly maxBytes: number,
  ) {}

  async take(chunk: Buffer, answer: AnswerHead): Promise<void> {
    if (answer.status !== 200) throw statusFault(answer);
    if (Number(answer.headers['content-length']) > this.maxBytes) throw tooLarge(this.maxBytes);
    this.bytes += chunk.length;
    if (this.head) this.check(chunk);
    await this.file.appendFile(chunk);
  }

  /** Looks at a body that was shorter than a signature. */
  end(): void {
    if (this.head) formatOf(this.head);
  }

  private check(chunk: Buffer): void {
    const head = Buffer.concat([this.head!, chunk.subarray(0, signatureBytes)]);
    this.head = head.length < signatureBytes ? head : null;
    if (!this.head) formatOf(head);
  }
}

function headersFor(known: Version | null): Record<string, string> {
  return {
    accept: 'image/avif,image/webp,image/png,image/jpeg,image/*;q=0.8,*/*;q=0.5',
    'accept-encoding': 'identity',
    'user-agent': 'prodimport',
    ...(known?.etag ? { 'if-none-match': known.etag } : {}),
    ...(known?.lastModified ? { 'if-modified-since': known.lastModified } : {}),
  };
}

/** Only these statuses are of the moment. */
const passing = new Set([408, 421, 425, 429]);

function statusFault({ status, headers }: AnswerHead): ImageFault {
  const mayPass = passing.has(status) || status >= 500;
  const retryAfterMs = mayPass ? readRetryAfter(headers['retry-after'], longestWaitMs) : null;
  return new ImageFault(`The host answered ${status}.`, { status, mayPass, retryAfterMs });
}

function faultOf(error: NetError, maxBytes: number): ImageFault {
  if (error.code === 'answer_too_long') return tooLarge(maxBytes);
  const wayOut = error.code === 'address_refused' ? ' --allow-private fetches it.' : '';
  return new ImageFault(`The address ${error.message}.${wayOut}`, {
    mayPass: error.isSilence,
    cause: error,
  });
}

function tooLarge(maxBytes: number): ImageFault {
  return new ImageFault(`It is too large: more than ${maxBytes / 1e6} MB.`);
}
