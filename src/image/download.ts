import { open, type FileHandle } from 'node:fs/promises';
import { NetError, type AnswerHead, type Fetched, type Net } from '../net.js';
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
  try {
    const { maxBytes } = limits;
    const fetched = await net.get(url, {
      headers: headersFor(known),
      followRedirects,
      signal,
      ...limits,
    });
    try {
      if (fetched.status === 304 && known) return null;
      const bytes = await store(fetched, path, maxBytes);
      const { etag = null, 'last-modified': lastModified = null } = fetched.headers;
      return { etag, lastModified, status: fetched.status, bytes };
    } finally {
      fetched.body.close();
    }
  } catch (error) {
    throw error instanceof NetError ? faultOf(error, limits.maxBytes) : error;
  }
}

/** Writes a body, and gives up as soon as it is clear that nothing comes of it. */
async function store(fetched: Fetched, path: string, maxBytes: number): Promise<number> {
  if (fetched.status !== 200) throw statusFault(fetched);
  if (Number(fetched.headers['content-length']) > maxBytes) throw tooLarge(maxBytes);
  const file = await open(path, 'w');
  try {
    return await write(fetched.body, file);
  } finally {
    await file.close();
  }
}

async function write(body: AsyncIterable<Buffer>, file: FileHandle): Promise<number> {
  let bytes = 0;
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of body) {
    bytes += chunk.length;
    if (head) {
      head = Buffer.concat([head, chunk.subarray(0, signatureBytes)]);
      if (head.length >= signatureBytes) {
        formatOf(head);
        head = null;
      }
    }
    await file.appendFile(chunk);
  }
  // A body that was shorter than a signature.
  if (head) formatOf(head);
  return bytes;
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
  const wayOut = error.code === 'address_refused' ? ` Where it may be: ${retryPrivate}.` : '';
  return new ImageFault(`The address ${error.message}.${wayOut}`, {
    mayPass: error.isSilence || error.code === 'answer_cut',
    cause: error,
  });
}

const retryPrivate =
  '`prodimport image retry --all`, then `prodimport image process --allow-private`';

function tooLarge(maxBytes: number): ImageFault {
  return new ImageFault(`It is too large: more than ${maxBytes / 1e6} MB.`);
}
