import { Agent, request as send, type Dispatcher } from 'undici';
import { headOf, readAnswer, SinkFailure, type BodySink } from './net/answer.js';
import { Connector } from './net/connector.js';
import { deadline } from './net/deadline.js';
import { NetError, netFailure } from './net/failure.js';
import { lookupAll, lookupPublic, type Lookup } from './net/lookup.js';
import { redirectTarget } from './net/redirect.js';
import { checkUrl } from './net/url.js';

export { NetError } from './net/failure.js';

type Response = Dispatcher.ResponseData;

export interface RequestOptions {
  method?: 'GET' | 'HEAD' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** For everything: names, connection, redirects, headers and the last byte of the body. */
  timeoutMs: number;
  /** How much of the body is taken, compressed as it comes. */
  maxBytes: number;
  /** What becomes of a longer body: its beginning counts (`cut`), or the request fails. */
  whenLonger?: 'cut' | 'fail';
  /** Lets the request go to loopback, private and link-local addresses. */
  allowPrivate?: boolean;
  /** For GET: how many redirects to follow, each one checked like the first address; 0 unless given. */
  followRedirects?: number;
  signal?: AbortSignal;
  /** Takes the body of an answer, chunk by chunk, instead of `Answer.body`; awaited each time. */
  onBody?: BodySink;
}

export interface Answer {
  status: number;
  /** By lower-case name; one that came several times is joined by commas. */
  headers: Record<string, string>;
  /** Where the answer came from, after redirects. */
  url: string;
  /** Empty where `onBody` took it. Never decompressed. */
  body: Buffer;
  /** Whether the body went on behind `maxBytes`. */
  isCut: boolean;
  durationMs: number;
}

/** An answer's headers may take this much together; Node's own default. */
const maxHeaderBytes = 16 * 1024;

/**
 * The one way out to a URL. Addresses are checked as they are written, as they resolve, and the
 * socket connects to the address that was checked. Proxies of the environment are not used: they
 * would resolve the name again. `close()` when done.
 */
export class Net {
  private readonly agents = new Map<boolean, { agent: Agent; connector: Connector }>();

  /** @param lookup gives the addresses of a host name; the system's resolver unless given */
  constructor(private readonly lookup: Lookup = lookupAll) {}

  /**
   * Sends one request. An answer of any status is an answer.
   * @throws NetError · what `onBody` throws, as it is
   */
  async request(url: string, options: RequestOptions): Promise<Answer> {
    const startedAt = performance.now();
    const limit = deadline(options.timeoutMs, options.signal);
    try {
      const following = this.follow(url, options, limit.signal);
      // undici hears the signal only once it is connected.
      const answer = await Promise.race([following, limit.expired]);
      return { ...answer, durationMs: Math.round(performance.now() - startedAt) };
    } catch (error) {
      if (error instanceof SinkFailure) throw error.cause;
      throw limit.failure() ?? netFailure(error);
    } finally {
      limit.stop();
    }
  }

  /**
   * Checks a URL as far as a resolver knows it now, without sending anything.
   * @throws NetError `url_invalid`, `address_refused`, `name_unknown` or `timeout`
   */
  async check(url: string, allowPrivate: boolean, timeoutMs: number): Promise<void> {
    const { hostname } = checkUrl(url, allowPrivate);
    if (allowPrivate || hostname.startsWith('[')) return;
    const limit = deadline(timeoutMs);
    try {
      await Promise.race([lookupPublic(this.lookup, hostname), limit.expired]);
    } catch (error) {
      throw limit.failure() ?? netFailure(error);
    } finally {
      limit.stop();
    }
  }

  /** Ends all connections, those in use as well. */
  async close(): Promise<void> {
    const agents = [...this.agents.values()];
    this.agents.clear();
    for (const { connector } of agents) connector.close();
    await Promise.all(agents.map(({ agent }) => agent.destroy()));
  }

  private async follow(first: string, options: RequestOptions, signal: AbortSignal) {
    const { allowPrivate = false, method } = options;
    const followRedirects = method === 'POST' ? 0 : (options.followRedirects ?? 0);
    let url = checkUrl(first, allowPrivate);
    for (let redirects = 0; ; redirects += 1) {
      const response = await this.send(url, options, signal);
      const target = followRedirects > 0 ? redirectOf(response, url, allowPrivate) : null;
      if (target === null) return { url: url.href, ...(await readAnswer(response, options)) };
      abandon(response);
      if (redirects === followRedirects) {
        throw new NetError(`redirects more than ${followRedirects} times`, 'too_many_redirects');
      }
      url = target;
    }
  }

  private send(url: URL, options: RequestOptions, signal: AbortSignal) {
    const { method = 'GET', headers, body, allowPrivate = false } = options;
    return send(url, { method, headers, body, signal, dispatcher: this.agent(allowPrivate) });
  }

  private agent(allowPrivate: boolean): Agent {
    const known = this.agents.get(allowPrivate);
    if (known) return known.agent;
    const connector = new Connector(this.lookup, allowPrivate);
    const agent = new Agent({
      connect: connector.connect,
      maxHeaderSize: maxHeaderBytes,
      // The deadline of the request rules over all of it.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.agents.set(allowPrivate, { agent, connector });
    return agent;
  }
}

/** Where to go on; an answer that redirects to where nobody may go is left there. */
function redirectOf(response: Response, url: URL, allowPrivate: boolean): URL | null {
  try {
    return redirectTarget(headOf(response), url, allowPrivate);
  } catch (error) {
    abandon(response);
    throw error;
  }
}

/** Leaves an answer without its body. */
function abandon({ body }: Response): void {
  body.on('error', () => undefined).destroy();
}
