import { open, type FileHandle } from 'node:fs/promises';
import { Fault } from '../product/reject.js';
import type { ImageRoot } from '../remote/image-root.js';
import type { Version } from '../remote/location.js';
import { NetError, type AnswerHead, type Fetched, type Net } from '../net/net.js';
import { ImageFault } from './fault.js';
import { readRetryAfter } from '../net/failure.js';
import { schedule } from './queue.js';

export interface DownloadLimits {
  /** For everything: names, connection, redirects and the last byte. */
  timeoutMs: number;
  maxBytes: number;
  allowPrivate: boolean;
}

/** Null where the host still has the version that is known. Only hosts give a status. */
type Download = (Version & { bytes: number; status: number | null }) | null;

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

/**
 * The same for a file beside the table.
 * @param url `file:` and its path below the folder
 */
export async function copyFile(
  root: ImageRoot,
  url: string,
  path: string,
  known: Version | null,
  { maxBytes }: DownloadLimits,
): Promise<Download> {
  const from = await root.open(url).catch((error: Error) => {
    throw unreadable(error);
  });
  if (from instanceof Fault) throw new ImageFault(`${from.error}.`);
  const to = await open(path, 'w');
  try {
    const { size, mtimeMs } = await from.stat();
    const etag = `${size} ${mtimeMs}`;
    if (known?.etag === etag) return null;
    // One byte more shows a file that is larger, or grows.
    const read = from.createReadStream({ start: 0, end: maxBytes, autoClose: false });
    const bytes = await write(faulty(read), to);
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    return { etag, lastModified: null, status: null, bytes };
  } finally {
    await from.close();
    await to.close();
  }
}

/** Who reads can tell what can't be read from what can't be written. */
async function* faulty(read: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* read;
  } catch (error) {
    throw unreadable(error as Error);
  }
}

function unreadable(error: NodeJS.ErrnoException): ImageFault {
  const stays = ['EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'ELOOP'].includes(error.code ?? '');
  return new ImageFault(`The file can't be read: ${error.message}.`, {
    mayPass: !stays,
    cause: error,
  });
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
  const retryAfterMs = mayPass
    ? readRetryAfter(headers['retry-after'], schedule.longestAskedMs)
    : null;
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

/** As many bytes at the beginning of a file tell what it is. */
const signatureBytes = 32;

const signatures: [format: string, offset: number, bytes: string][] = [
  ['jpeg', 0, '\xff\xd8\xff'],
  ['png', 0, '\x89PNG\r\n\x1a\n'],
  ['gif', 0, 'GIF8'],
  ['webp', 8, 'WEBP'],
  ['tiff', 0, 'II*\0'],
  ['tiff', 0, 'MM\0*'],
  ['avif', 4, 'ftypavif'],
  ['avif', 4, 'ftypavis'],
  ['avif', 4, 'ftypmif1'],
];

/**
 * Which format a file has, by its first bytes; its name and what the host calls it don't count.
 * @param head the first `signatureBytes`, fewer where the file is shorter
 * @throws ImageFault for everything else, SVG (a program, not a picture) among it
 */
export function formatOf(head: Buffer): string {
  const text = head.toString('latin1');
  const found = signatures.find(([, offset, bytes]) => text.startsWith(bytes, offset));
  if (found) return found[0];
  throw new ImageFault(`Not an image that can be read: ${nameOf(text)}.`);
}

function nameOf(text: string): string {
  const start = text.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (start === '') return 'it is empty';
  if (/^<svg|^<\?xml/i.test(start)) return 'it is SVG or XML';
  if (/^<!doctype html|^<html|^<head|^<!--/i.test(start)) return 'it is an HTML page';
  if (/^[\x20-\x7e\s]*$/.test(start)) return 'it is text';
  return 'its first bytes are of no known format (JPEG, PNG, WebP, GIF, AVIF, TIFF)';
}
