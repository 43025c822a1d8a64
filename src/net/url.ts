import { isIP } from 'node:net';
import { refusalOf } from './address.js';
import { NetError } from './failure.js';

/** Links that a cloud signs, with the token of a session, have two thousand characters and more. */
const longestUrl = 8192;

/** Names that lead inside by convention, whatever a resolver says (RFC 6761, 6762, 8375). */
const insideNames = [
  'localhost',
  'localdomain',
  'local',
  'internal',
  'home.arpa',
  'ip6-localhost',
  'ip6-loopback',
];

/**
 * Reads a URL and checks all that can be seen without a resolver. `new URL` has by then written
 * every disguise of an IPv4 address (decimal, octal, hexadecimal, short, full-width) as four
 * decimal numbers.
 * @throws NetError `url_invalid` or `address_refused`, with a phrase that fits after the URL
 */
export function checkUrl(text: string, allowPrivate: boolean): URL {
  const url = parseUrl(text);
  if (allowPrivate) return url;
  const host = hostOf(url);
  if (isIP(host)) {
    const refusal = refusalOf(host);
    if (refusal) throw refused(host, refusal);
  } else if (insideNames.some((name) => host === name || host.endsWith(`.${name}`))) {
    throw new NetError(`has a name that leads inside: ${host}`, 'address_refused');
  }
  return url;
}

/** The error for an address that requests may not go to. */
export function refused(address: string, refusal: string): NetError {
  return new NetError(`leads to ${address}, which is ${refusal}`, 'address_refused');
}

function parseUrl(text: string): URL {
  if (text.length > longestUrl) {
    throw new NetError(`is longer than ${longestUrl} characters`, 'url_invalid');
  }
  if (!URL.canParse(text)) throw new NetError('is not a URL', 'url_invalid');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new NetError('is neither http nor https', 'url_invalid');
  }
  if (url.username || url.password) {
    throw new NetError(
      'carries a user name or password, which lists and logs would show',
      'url_invalid',
    );
  }
  return url;
}

/** The host as an address or a lower-case name, without brackets and trailing dots. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '');
}
