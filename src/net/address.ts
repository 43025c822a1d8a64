import type { LookupAddress } from 'node:dns';
import { lookup as askSystem } from 'node:dns/promises';
import { isIPv4, isIPv6, isIP, type LookupFunction } from 'node:net';
import { NetError } from './failure.js';

/**
 * IPv4 that is no public host: the IANA special-purpose registry (RFC 6890 and its successors), and
 * the one public address that is a cloud's inner metadata service (168.63.129.16, Azure).
 */
const closedIPv4: [string, number, string][] = [
  ['0.0.0.0', 8, 'unspecified'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'private (carrier-grade NAT)'],
  ['127.0.0.0', 8, 'loopback'],
  ['168.63.129.16', 32, 'a metadata service'],
  ['169.254.0.0', 16, 'link-local (metadata services)'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'reserved'],
  ['192.88.99.0', 24, 'reserved'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'reserved'],
  ['198.51.100.0', 24, 'reserved'],
  ['203.0.113.0', 24, 'reserved'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved'],
];

/**
 * Why requests may not go to this IP address, such as `loopback`; null for a public one. What is
 * no IP address at all is refused as well.
 */
export function refusalOf(address: string): string | null {
  if (isIPv4(address)) return refusalOfIPv4(toNumber(address));
  const bare = address.split('%')[0]!;
  return isIPv6(bare) ? refusalOfIPv6(toGroups(bare)) : 'not an IP address';
}

function refusalOfIPv4(address: number): string | null {
  for (const [network, bits, reason] of closedIPv4) {
    const size = 2 ** (32 - bits);
    if (Math.floor(address / size) === Math.floor(toNumber(network) / size)) return reason;
  }
  return null;
}

/**
 * Of IPv6 only what is handed out to hosts (2000::/3) is open, without the parts that tunnel to
 * other addresses or are reserved; of the translated forms, those that lead to an open IPv4.
 */
function refusalOfIPv6(groups: number[]): string | null {
  const [a = 0, b = 0, c = 0] = groups;
  const startsWith = (...prefix: number[]) => prefix.every((group, i) => groups[i] === group);
  const embedded = (groups[6]! * 65536 + groups[7]!) >>> 0;
  if (startsWith(0, 0, 0, 0, 0, 0, 0)) return groups[7] === 1 ? 'loopback' : 'unspecified';
  // IPv4-mapped, IPv4-translated (RFC 2765) and NAT64 (RFC 6052), which IPv6-only networks need.
  const isMapped = startsWith(0, 0, 0, 0, 0, 0xffff) || startsWith(0, 0, 0, 0, 0xffff, 0);
  if (isMapped || startsWith(0x64, 0xff9b, 0, 0, 0, 0)) return refusalOfIPv4(embedded);
  if ((a & 0xfe00) === 0xfc00) return 'private';
  if ((a & 0xffc0) === 0xfe80) return 'link-local';
  if ((a & 0xff00) === 0xff00) return 'multicast';
  if ((a & 0xe000) !== 0x2000) return 'reserved';
  // Teredo and its neighbours, documentation twice, 6to4: each can hide an inner address.
  if (a === 0x2001 && b < 0x200) return 'reserved';
  if (a === 0x2001 && b === 0xdb8) return 'reserved';
  if (a === 0x2002) return refusalOfIPv4((b * 65536 + c) >>> 0) ?? 'reserved';
  if (a === 0x3fff && b < 0x1000) return 'reserved';
  // ISATAP (RFC 5214) keeps an IPv4 address in the last half.
  if ((groups[4]! & 0xfdff) === 0 && groups[5] === 0x5efe) return refusalOfIPv4(embedded);
  return null;
}

function toNumber(dotted: string): number {
  return dotted.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

/** The eight groups of an IPv6 address, whichever way it is written. */
function toGroups(address: string): number[] {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  if (dotted) {
    const number = toNumber(dotted[2]!);
    const tail = `${(number >>> 16).toString(16)}:${(number & 0xffff).toString(16)}`;
    return toGroups(`${dotted[1]}${tail}`);
  }
  const [head = '', tail] = address.split('::');
  const before = groupsOf(head);
  if (tail === undefined) return before;
  const after = groupsOf(tail);
  const zeros = new Array<number>(8 - before.length - after.length).fill(0);
  return [...before, ...zeros, ...after];
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => parseInt(group, 16));
}

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

/** Gives every address of a host name. */
export type Lookup = (hostname: string) => Promise<LookupAddress[]>;

const asked = new Map<string, Promise<LookupAddress[]>>();

/**
 * Asks the system (its hosts file, too). A name that is being asked for already is not asked for
 * again: a resolver that hangs on one name must not take every thread that asks.
 */
export const lookupAll: Lookup = (hostname) => {
  let answer = asked.get(hostname);
  if (!answer) {
    answer = askSystem(hostname, { all: true }).finally(() => asked.delete(hostname));
    asked.set(hostname, answer);
  }
  return answer;
};

/**
 * Every address of a name, once none of them is inside: a name with a public and a private address
 * is refused whole.
 * @throws NetError `address_refused`, or what the resolver throws
 */
export async function lookupPublic(lookup: Lookup, hostname: string): Promise<LookupAddress[]> {
  const addresses = await lookup(hostname);
  for (const { address } of addresses) {
    const refusal = refusalOf(address);
    if (refusal) throw refused(address, refusal);
  }
  return addresses;
}

/**
 * The resolver for sockets. They connect to exactly the addresses that were checked here, so a name
 * that resolves differently the next time gains nothing.
 */
export function socketLookup(lookup: Lookup, allowPrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    const found = allowPrivate ? lookup(hostname) : lookupPublic(lookup, hostname);
    found.then(
      (addresses) => {
        const [first] = addresses;
        if (options.all) callback(null, addresses);
        else callback(null, first?.address ?? '', first?.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, options.all ? [] : ''),
    );
  };
}
