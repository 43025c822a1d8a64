import { isIP } from 'node:net';
import { posix } from 'node:path';
import { PassThrough } from 'node:stream';
import type { AccessOptions, Client } from 'basic-ftp';
import { storedStream } from '../source/stored.js';
import { lacking, sourceError, unreachable, untilWhole } from './failure.js';
import { type Fetching, type Opened, decoded, type Location } from './location.js';
import { newestOf, pathOf } from './listing.js';

/**
 * Opens a file on an FTP server.
 * @throws FailedError `source_unreachable` · `source_refused`; the body throws `source_cut`
 */
export async function openFtp(location: Location, fetching: Fetching): Promise<Opened> {
  const { shown, typed, name } = location;
  const { copy, silenceMs, signal } = fetching;
  if (location.scheme === 'ftp' && new URL(typed).password) {
    fetching.note(`${shown}: ftp sends the password, and the file, in the clear. Use ftps or sftp`);
  }
  const client = await connect(location, fetching);
  try {
    const { path, note } = await find(client, location);
    const size = await sizeOf(client, path);
    const pass = new PassThrough();
    const destroy = () => {
      client.close();
      pass.destroy();
    };
    // Its end and what the server says of it are awaited behind the last byte.
    const done = client.downloadTo(pass, path).then(
      () => null,
      (error: unknown) => error,
    );
    await begun(pass, done);
    const chunks = untilWhole(confirmed(pass, done), {
      shown,
      size,
      silenceMs,
      signal,
      end: destroy,
    });
    const own = note === null ? name : posix.basename(path);
    const stored = storedStream(Object.assign(chunks, { destroy }), {
      ...{ name: own, place: shown, size, copy },
    });
    return { stored, version: null, endsUnsaid: size === null, notes: note === null ? [] : [note] };
  } catch (error) {
    client.close();
    signal?.throwIfAborted();
    throw failureOf(error, shown);
  }
}

/** Waits for the first bytes, or for the refusal that comes in their place. */
async function begun(pass: PassThrough, done: Promise<unknown>): Promise<void> {
  const first = new Promise<null>((resolve) => {
    pass.once('readable', () => resolve(null));
  });
  const error = await Promise.race([first, done]);
  // A transfer that was refused ends without any.
  const refusal = error ?? (pass.readableLength === 0 ? await done : null);
  if (refusal !== null) throw refusal;
}

/** The bytes, and behind them the server's word that these were all. */
async function* confirmed(pass: PassThrough, done: Promise<unknown>): AsyncGenerator<Buffer> {
  for await (const chunk of pass) yield chunk as Buffer;
  const error = await done;
  if (error !== null) throw error;
}

async function connect(location: Location, fetching: Fetching): Promise<Client> {
  const { Client } = await import('basic-ftp').catch((error: unknown) => {
    throw lacking('basic-ftp', location.scheme, error);
  });
  const { shown, typed } = location;
  const { hostname, port, username, password } = new URL(typed);
  const host = hostname.replace(/^\[|\]$/g, '');
  const account = username
    ? { user: decoded(username), password: decoded(password) }
    : { user: 'anonymous', password: 'anonymous@' };
  const secureOptions = isIP(host) ? {} : { servername: host };
  const options = { host, ...account, secureOptions };
  let failure: unknown;
  for (const way of waysIn(location.scheme, port)) {
    const client = new Client(fetching.silenceMs, { allowSeparateTransferHost: false });
    const giveUp = () => client.close();
    fetching.signal?.addEventListener('abort', giveUp, { once: true });
    try {
      await client.access({ ...options, ...way });
      return client;
    } catch (error) {
      client.close();
      fetching.signal?.throwIfAborted();
      failure = error;
      if (!isOtherWay(error)) break;
    } finally {
      fetching.signal?.removeEventListener('abort', giveUp);
    }
  }
  throw failureOf(failure, shown);
}

/**
 * TLS begins with a command on port 21, at once on port 990; on others nobody knows, and a server of
 * the first kind answers a greeting of the second with words in the clear.
 */
function waysIn(scheme: string, port: string): Pick<AccessOptions, 'port' | 'secure'>[] {
  if (scheme === 'ftp') return [{ port: Number(port || 21), secure: false }];
  if (port === '' || port === '21') return [{ port: 21, secure: true }];
  const atOnce = { port: Number(port), secure: 'implicit' } as const;
  return port === '990' ? [atOnce] : [atOnce, { port: Number(port), secure: true }];
}

function isOtherWay(error: unknown): boolean {
  const { code = '' } = error as { code?: unknown };
  return /^(ERR_SSL_|EPROTO)/.test(String(code));
}

/** The path on the server: below the folder of whoever signs in, as FTP has it; `//` is its top. */
async function find(
  client: Client,
  location: Location,
): Promise<{ path: string; note: string | null }> {
  const { path: typed, isPattern } = pathOf(location);
  const path = typed.slice(1);
  if (!isPattern) return { path, note: null };
  const folder = posix.dirname(path);
  const listed = await client.list(folder === '.' ? '' : folder);
  const files = listed.map(({ name, isDirectory }) => ({ name, isFile: !isDirectory }));
  return newestOf(files, path, location.shown);
}

/** Null where the server does not say it. */
async function sizeOf(client: Client, path: string): Promise<number | null> {
  try {
    return await client.size(path);
  } catch (error) {
    if (typeof (error as { code?: unknown }).code === 'number') return null;
    throw error;
  }
}

function failureOf(error: unknown, shown: string): unknown {
  const { code, message, exitCode } = error as Error & { code?: unknown; exitCode?: number };
  if (exitCode !== undefined) return error;
  if (typeof code === 'number') {
    const way = code === 530 ? 'Check user and password in the URL.' : 'Check the address.';
    return sourceError('source_refused', shown, `: the server answered ${message.trim()}`, {
      way,
      cause: error,
    });
  }
  return unreachable(shown, error);
}
