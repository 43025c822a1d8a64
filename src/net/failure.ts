/** Why a request came to nothing. */
type NetFailureCode =
  | 'url_invalid'
  | 'address_refused'
  | 'name_unknown'
  | 'no_connection'
  | 'timeout'
  | 'answer_invalid'
  | 'answer_cut'
  | 'answer_too_long'
  | 'too_many_redirects'
  | 'aborted';

/** A request that got no usable answer. An answer of any status is none of these. */
export class NetError extends Error {
  /** @param message a phrase that fits after a URL: `refuses the connection` */
  constructor(
    message: string,
    readonly code: NetFailureCode,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'NetError';
  }

  /** Whether nobody answered: another request to the same place would hardly fare better now. */
  get isSilence(): boolean {
    return ['name_unknown', 'no_connection', 'timeout'].includes(this.code);
  }
}

const phrases: Record<string, [NetFailureCode, string]> = {
  ECONNREFUSED: ['no_connection', 'refuses the connection'],
  ECONNRESET: ['no_connection', 'broke the connection off'],
  EPIPE: ['no_connection', 'broke the connection off'],
  UND_ERR_SOCKET: ['no_connection', 'broke the connection off'],
  EHOSTUNREACH: ['no_connection', 'cannot be reached: no route to the host'],
  ENETUNREACH: ['no_connection', 'cannot be reached: no route to its network'],
  EADDRNOTAVAIL: ['no_connection', 'cannot be reached from here'],
  ETIMEDOUT: ['no_connection', 'takes no connection'],
  UND_ERR_CONNECT_TIMEOUT: ['no_connection', 'takes no connection'],
  ENOTFOUND: ['name_unknown', 'has a host name that is not known'],
  EAI_AGAIN: ['name_unknown', 'has a host name that cannot be looked up now'],
  UND_ERR_HEADERS_OVERFLOW: ['answer_invalid', 'answered with too many headers'],
};

/** Makes one kind of error of what sockets, resolvers and parsers throw. */
export function netFailure(error: unknown): NetError {
  if (error instanceof NetError) return error;
  const { code = '', message, name } = error as { code?: string; message: string; name: string };
  const known = phrases[code];
  if (known) return new NetError(known[1], known[0], { cause: error });
  if (/^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_|SELF_SIGNED|UNABLE_TO)/.test(code)) {
    return new NetError(`has a certificate that does not hold (${code})`, 'no_connection', {
      cause: error,
    });
  }
  if (name === 'HTTPParserError' || code.startsWith('HPE_')) {
    const text = code === 'HPE_HEADER_OVERFLOW' ? 'too many headers' : 'something else than HTTP';
    return new NetError(`answered with ${text}`, 'answer_invalid', { cause: error });
  }
  return new NetError(`failed: ${code || message}`, 'no_connection', { cause: error });
}

/**
 * Reads Retry-After: seconds, or a date (RFC 9110, 10.2.3).
 * @param mostMs a host that asks for more is asked again by then
 * @returns milliseconds from 0 to `mostMs`; null where it is missing or neither of the two
 */
export function readRetryAfter(
  header: string | undefined,
  mostMs: number,
  now = Date.now(),
): number | null {
  const text = header?.trim() ?? '';
  const isDate = /^[A-Za-z]{3,9},? /.test(text);
  const waitMs = isDate ? Date.parse(text) - now : Number(text) * 1000;
  if (Number.isNaN(waitMs) || (!isDate && !/^\d+$/.test(text))) return null;
  return Math.min(Math.max(waitMs, 0), mostMs);
}
