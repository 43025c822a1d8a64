import { STATUS_CODES } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { FailedError } from '../errors.js';
import { readRetryAfter } from '../net/failure.js';
import { Net, NetError, type Fetched } from '../net/net.js';
import { storedStream } from '../source/stored.js';
import { accountFor, isLoopback } from './credentials.js';
import type { Location, Fetching, Opened, Version } from './location.js';
import { sourceError } from './failure.js';

const followRedirects = 5;
/** Of a host that is busy, after which it is asked again so many times, a while apart. */
const busy = [429, 503];
const furtherTries = 3;
const mostWaitMs = 60_000;
const firstWaitMs = 1000;

/**
 * Asks an http(s) host for a file; gives null where it still has the version that is known.
 * @throws FailedError `source_unreachable` · `source_refused`; the body throws `source_cut`
 */
export async function openHttp(location: Location, fetching: Fetching): Promise<Opened | null> {
  const net = new Net();
  try {
    const answer = await ask(net, location, fetching);
    if (answer.status === 304 && fetching.known) {
      answer.body.close();
      await net.close();
      return null;
    }
    if (answer.status !== 200) {
      answer.body.close();
      throw refused(location, answer);
    }
    return opened(location, fetching, answer, net);
  } catch (error) {
    await net.close();
    throw failureOf(error, location, fetching, 'source_unreachable');
  }
}

/** The answer to the last of at most four requests. */
async function ask(net: Net, location: Location, fetching: Fetching): Promise<Fetched> {
  const { signal, silenceMs, known, note } = fetching;
  const { headers: credentials } = accountFor(location, fetching.headers, fetching.home);
  warnOfPlainText(location, credentials, note);
  const bare = new URL(location.typed);
  Object.assign(bare, { username: '', password: '', hash: '' });
  const headers = { ...ownHeaders, ...conditions(known) };
  const options = { headers, credentials, followRedirects, keepsTls: true, allowPrivate: true };
  for (let again = 0; ; again += 1) {
    const answer = await net.get(bare.href, { ...options, decode: true, silenceMs, signal });
    if (!busy.includes(answer.status) || again === furtherTries) return answer;
    answer.body.close();
    const wish = readRetryAfter(answer.headers['retry-after'], mostWaitMs);
    const waitMs = wish ?? firstWaitMs * 2 ** again;
    note(
      `${location.shown} answered ${statusText(answer.status)}: asking again in ${Math.ceil(waitMs / 1000)} s`,
    );
    await pause(waitMs, undefined, { signal });
  }
}

/** A size is known, and a cut is seen, where the host packs nothing for the way. */
const ownHeaders = { 'user-agent': 'prodimport', accept: '*/*', 'accept-encoding': 'identity' };

function conditions(known: Version | null): Record<string, string> {
  return {
    ...(known?.etag ? { 'if-none-match': known.etag } : {}),
    ...(known?.lastModified ? { 'if-modified-since': known.lastModified } : {}),
  };
}

function warnOfPlainText(
  { typed, shown }: Location,
  headers: object,
  note: Fetching['note'],
): void {
  const { protocol, hostname } = new URL(typed);
  if (protocol === 'https:' || isLoopback(hostname) || Object.keys(headers).length === 0) return;
  note(`${shown}: http sends what you sign in with in the clear. Use https where the host has it`);
}

function opened(location: Location, fetching: Fetching, answer: Fetched, net: Net): Opened {
  const { name, shown: place } = location;
  const { copy } = fetching;
  const { headers, body } = answer;
  const length = headers['content-length'];
  const isPacked = !/^(identity)?$/.test(headers['content-encoding']?.trim() ?? '');
  const size = length === undefined || isPacked ? null : Number(length);
  async function* chunks(): AsyncGenerator<Buffer> {
    try {
      yield* body;
    } catch (error) {
      throw failureOf(error, location, fetching, 'source_cut');
    }
  }
  const destroy = async () => {
    body.close();
    await net.close();
  };
  const stream = Object.assign(chunks(), { destroy });
  const { etag = null, 'last-modified': lastModified = null } = headers;
  return {
    stored: storedStream(stream, { name, place, size, copy }),
    version: { etag, lastModified },
    notes: [],
    endsUnsaid: length === undefined && headers['transfer-encoding'] === undefined && !isPacked,
  };
}

function statusText(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? ''}`.trim();
}

function refused({ shown }: Location, { status }: Fetched): FailedError {
  const said = `: the host answered ${statusText(status)}, which is no file`;
  return sourceError('source_refused', shown, said, { way: wayOut(status) });
}

function wayOut(status: number): string {
  if (status === 401 || status === 403) {
    return "Sign in by --header 'Authorization: …', or by ~/.netrc (chmod 600).";
  }
  if (status === 404 || status === 410) return 'Check the address.';
  if (busy.includes(status) || status >= 500) return 'Try again later.';
  return 'Open it with a browser, to see what it says.';
}

/** @param code what a failure at this point means, where the error does not say it better */
function failureOf(
  error: unknown,
  { shown }: Location,
  { signal }: Fetching,
  code: 'source_unreachable' | 'source_cut',
): unknown {
  signal?.throwIfAborted();
  if (!(error instanceof NetError)) return error;
  const isAnswer = code === 'source_unreachable' && !error.isSilence;
  const meant = isAnswer ? 'source_refused' : code;
  return sourceError(meant, shown, error.message, { cause: error });
}
