import type { IncomingMessage } from 'node:http';
import { refusalOf, checkUrl, refused, lookupAll, lookupPublic, type Lookup } from './address.js';
import { Body } from './body.js';
import { contain, hold } from './contain.js';
import { Deadline, type Limits } from './deadline.js';
import { NetError, netFailure } from './failure.js';
import { Getter, plainHeaders, type AnswerHead } from './get.js';
import { Poster, type Posted } from './post.js';

export { NetError } from './failure.js';
export type { AnswerHead } from './get.js';

interface Sent {
  headers?: Record<string, string>;
  /** Lets the request go to loopback, private and link-local addresses. */
  allowPrivate?: boolean;
  signal?: AbortSignal;
}

export interface GetOptions extends Sent, Limits {
  /** A longer body fails; no limit unless given. */
  maxBytes?: number;
  /** Undoes the answer's Content-Encoding, and finds where that is cut. */
  decode?: boolean;
  /** How many redirects to follow, each one checked like the first address; 0 unless given. */
  followRedirects?: number;
  /** Headers for the first origin alone: no other one sees them, wherever a redirect leads. */
  credentials?: Record<string, string>;
  /** Whether a redirect from https to http is refused. */
  keepsTls?: boolean;
}

/** An answer whose body has not been read yet: read it, or close it. */
export interface Fetched extends AnswerHead {
  /** Where the answer came from, after redirects. */
  url: string;
  body: Body;
}

export interface PostOptions extends Sent {
  body: string;
  /** For everything: names, connection, headers and the last byte of the answer. */
  timeoutMs: number;
  /** How much of the answer is taken. */
  maxBytes: number;
}

export interface Answer extends Posted {
  durationMs: number;
}

/**
 * The one way out to a URL. Addresses are checked as they are written, as they resolve, and the
 * socket connects to the address that was checked. Proxies of the environment are not used: they
 * would resolve the name again. `close()` when done.
 */
export class Net {
  // Apart by whether they may lead inside: nobody else may use such a connection.
  private readonly getters = new Map<boolean, Getter>();
  private readonly posters = new Map<boolean, Poster>();
  private readonly release = hold();

  /** @param lookup gives the addresses of a host name; the system's resolver unless given */
  constructor(private readonly lookup: Lookup = lookupAll) {}

  /**
   * Begins to fetch. An answer of any status is an answer.
   * @throws NetError
   */
  async get(url: string, options: GetOptions): Promise<Fetched> {
    const deadline = new Deadline(options);
    try {
      return await contain(deadline, () => {
        const following = this.follow(url, options, deadline);
        // A resolver hears no signal.
        return deadline.awaiting(Promise.race([following, deadline.expired]));
      });
    } catch (error) {
      deadline.stop();
      throw deadline.failure ?? netFailure(error);
    }
  }

  /**
   * Sends a message once. An answer of any status is an answer; redirects are not followed.
   * @throws NetError
   */
  async post(url: string, options: PostOptions): Promise<Answer> {
    const startedAt = performance.now();
    const { allowPrivate = false, headers, body, maxBytes } = options;
    const deadline = new Deadline(options);
    try {
      const posted = await contain(deadline, async () => {
        const poster = kept(
          this.posters,
          allowPrivate,
          () => new Poster(this.lookup, allowPrivate),
        );
        const sent = { headers, body };
        const posting = poster.post(checkUrl(url, allowPrivate), sent, maxBytes, deadline);
        // undici hears the signal only once it is connected.
        return Promise.race([posting, deadline.expired]);
      });
      return { ...posted, durationMs: Math.round(performance.now() - startedAt) };
    } catch (error) {
      throw deadline.failure ?? netFailure(error);
    } finally {
      deadline.stop();
    }
  }

  /**
   * Checks a URL as far as a resolver knows it now, without sending anything.
   * @throws NetError `url_invalid`, `address_refused`, `name_unknown` or `timeout`
   */
  async check(url: string, allowPrivate: boolean, timeoutMs: number): Promise<void> {
    const { hostname } = checkUrl(url, allowPrivate);
    if (allowPrivate || hostname.startsWith('[')) return;
    const deadline = new Deadline({ timeoutMs });
    try {
      await Promise.race([lookupPublic(this.lookup, hostname), deadline.expired]);
    } catch (error) {
      throw deadline.failure ?? netFailure(error);
    } finally {
      deadline.stop();
    }
  }

  /** Ends all connections, those in use as well. */
  async close(): Promise<void> {
    for (const getter of this.getters.values()) getter.close();
    this.getters.clear();
    const posters = [...this.posters.values()];
    this.posters.clear();
    await Promise.all(posters.map((poster) => poster.close()));
    this.release();
  }

  private async follow(
    first: string,
    { headers = {}, credentials = {}, followRedirects = 0, ...options }: GetOptions,
    deadline: Deadline,
  ): Promise<Fetched> {
    let { allowPrivate = false } = options;
    const origin = checkUrl(first, allowPrivate);
    let url = origin;
    for (let redirects = 0; ; redirects += 1) {
      const mayBeInside = allowPrivate;
      const getter = kept(this.getters, allowPrivate, () => new Getter(this.lookup, mayBeInside));
      const sent = isOfOrigin(url, origin) ? { ...headers, ...credentials } : headers;
      const response = await getter.get(url, sent, deadline);
      const head = { status: response.statusCode!, headers: plainHeaders(response.headers) };
      // A public host has no say in where inside requests go.
      allowPrivate &&= refusalOf(response.socket.remoteAddress ?? '') !== null;
      const target = followRedirects > 0 ? redirectOf(response, head, url, allowPrivate) : null;
      if (target === null) {
        return { ...head, url: url.href, body: new Body(response, deadline, options) };
      }
      response.destroy();
      if (redirects === followRedirects) {
        throw new NetError(`redirects more than ${followRedirects} times`, 'too_many_redirects');
      }
      if (options.keepsTls && url.protocol === 'https:' && target.protocol === 'http:') {
        throw new NetError('redirects from https to http', 'address_refused');
      }
      url = target;
    }
  }
}

/** Whether it is the same scheme, host and port; https on the same host is the same as http. */
function isOfOrigin(url: URL, first: URL): boolean {
  if (url.origin === first.origin) return true;
  const isSafer = first.protocol === 'http:' && url.protocol === 'https:';
  return isSafer && url.hostname === first.hostname;
}

/** Where to go on; an answer that redirects to where nobody may go is left there. */
function redirectOf(
  response: IncomingMessage,
  head: AnswerHead,
  url: URL,
  allowPrivate: boolean,
): URL | null {
  try {
    return redirectTarget(head, url, allowPrivate);
  } catch (error) {
    response.destroy();
    throw error;
  }
}

function kept<T>(all: Map<boolean, T>, key: boolean, make: () => T): T {
  const known = all.get(key) ?? make();
  all.set(key, known);
  return known;
}

/**
 * Where an answer redirects to, checked like any URL, and never to a metadata service; null where
 * it does not redirect.
 * @throws NetError
 */
export function redirectTarget(
  { status, headers }: AnswerHead,
  from: URL,
  allowPrivate: boolean,
): URL | null {
  const { location } = headers;
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return null;
  if (!URL.canParse(location, from.href)) {
    throw new NetError('redirects to something that is not a URL', 'answer_invalid');
  }
  const target = checkUrl(new URL(location, from).href, allowPrivate);
  // Whoever allows private hosts means their own, and not that one of them sends us to this.
  const refusal = refusalOf(target.hostname.replace(/^\[|\]$/g, ''));
  if (refusal?.includes('metadata')) throw refused(target.hostname, refusal);
  return target;
}
