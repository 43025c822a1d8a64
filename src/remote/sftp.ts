import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import type SftpClient from 'ssh2-sftp-client';
import { userName } from '../environment.js';
import { UsageError } from '../errors.js';
import { storedStream } from '../source/stored.js';
import { lacking, sourceError, unreachable, untilWhole } from './failure.js';
import { type Fetching, type Opened, decoded, type Location } from './location.js';
import { KnownHost } from './host-key.js';
import { newestOf, pathOf } from './listing.js';

/** As OpenSSH has them, without what is too weak by now. */
const hostKeyAlgorithms = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
] as const;

/** One answer of a server holds no more. */
const readBytes = 256 * 1024;

/**
 * Opens a file on an SFTP server.
 * @throws UsageError for a host that is not the one that is known · FailedError
 *   `source_unreachable` · `source_refused`; the body throws `source_cut`
 */
export async function openSftp(location: Location, fetching: Fetching): Promise<Opened> {
  const client = await connect(location, fetching);
  const { shown, name } = location;
  const { copy, silenceMs, signal } = fetching;
  try {
    const { path, note } = await find(client, location);
    const { size, isFile } = await client.stat(path);
    if (!isFile) throw sourceError('source_refused', shown, ': this is no file');
    const stream = client.createReadStream(path, { highWaterMark: readBytes });
    stream.on('error', () => undefined);
    const destroy = () => {
      stream.destroy();
      void client.end().catch(() => undefined);
    };
    const chunks = untilWhole(stream, { shown, size, silenceMs, signal, end: destroy });
    const own = note === null ? name : posix.basename(path);
    const stored = storedStream(Object.assign(chunks, { destroy }), {
      ...{ name: own, place: shown, size, copy },
    });
    return { stored, version: null, endsUnsaid: false, notes: note === null ? [] : [note] };
  } catch (error) {
    await client.end().catch(() => undefined);
    throw failureOf(error, shown);
  }
}

async function connect(location: Location, fetching: Fetching): Promise<SftpClient> {
  const { shown, typed } = location;
  const { signal, silenceMs, knownHosts, home } = fetching;
  const { hostname, port, username, password } = new URL(typed);
  const host = hostname.replace(/^\[|\]$/g, '');
  const known = new KnownHost(host, Number(port || 22), knownHosts, home);
  let refusal: UsageError | null = null;
  const identity = readIdentity(fetching.identity);
  const { default: Client } = await import('ssh2-sftp-client').catch((error: unknown) => {
    throw lacking('ssh2-sftp-client', 'sftp', error);
  });
  // What breaks is thrown where it is waited for; the package would print it.
  const client = new Client('prodimport', { error: ignore, end: ignore, close: ignore });
  const agent = process.env.SSH_AUTH_SOCK;
  const giveUp = () => void client.end().catch(() => undefined);
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    await client.connect({
      ...{ host, port: Number(port || 22), username: decoded(username) || userName() },
      ...(password ? { password: decoded(password) } : {}),
      ...(agent ? { agent } : {}),
      ...(identity ? { privateKey: identity } : {}),
      readyTimeout: silenceMs,
      algorithms: { serverHostKey: known.algorithms(hostKeyAlgorithms) as never },
      hostVerifier: (key: Buffer) => (refusal = known.refusalOf(key)) === null,
    });
    signal?.throwIfAborted();
    return client;
  } catch (error) {
    giveUp();
    signal?.throwIfAborted();
    throw refusal ?? connectFailure(error, shown, fetching.identity);
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

function ignore(): void {}

function readIdentity(path: string | undefined): Buffer | null {
  if (path === undefined) return null;
  try {
    return readFileSync(path);
  } catch (error) {
    throw identityError(path, (error as NodeJS.ErrnoException).code ?? 'unknown', error);
  }
}

function identityError(path: string, why: string, cause: unknown): UsageError {
  return new UsageError(
    `--identity ${path} can't be used: ${why}. Name a private key; one with a passphrase is for the SSH agent (ssh-add ${path}).`,
    'identity_unreadable',
    { cause },
  );
}

function connectFailure(error: unknown, shown: string, identity: string | undefined): Error {
  const { message } = error as Error;
  const key = /(?:Cannot parse|Encrypted) private\s?key[^]*/i.exec(message)?.[0];
  if (key !== undefined && identity !== undefined) return identityError(identity, key, error);
  if (/authentication methods failed/i.test(message)) {
    return sourceError(
      'source_refused',
      shown,
      ': the host takes none of your keys and passwords',
      {
        way: 'Check the user in the URL, the SSH agent (ssh-add -l), or give --identity FILE.',
        cause: error,
      },
    );
  }
  return unreachable(shown, error);
}

/** The path on the server; `/~/` is below the user's own folder, as elsewhere. */
async function find(
  client: SftpClient,
  location: Location,
): Promise<{ path: string; note: string | null }> {
  const { path: typed, isPattern } = pathOf(location);
  const path = typed.startsWith('/~/') ? typed.slice(3) : typed;
  if (!isPattern) return { path, note: null };
  const listed = await client.list(posix.dirname(path));
  const files = listed.map(({ name, type }) => ({ name, isFile: type !== 'd' }));
  return newestOf(files, path, location.shown);
}

function failureOf(error: unknown, shown: string): unknown {
  const { code, message = '' } = error as { code?: unknown; message?: string };
  if (code === 2 || code === 'ENOENT' || /no such file/i.test(message)) {
    return sourceError('source_refused', shown, ': there is no such file', { cause: error });
  }
  if (code === 3 || code === 'EACCES' || /permission denied/i.test(message)) {
    const way = 'Ask for the right to read it.';
    return sourceError('source_refused', shown, ': no permission to read it', {
      way,
      cause: error,
    });
  }
  const isOurs = typeof (error as { exitCode?: unknown }).exitCode === 'number';
  return isOurs ? error : unreachable(shown, error);
}
