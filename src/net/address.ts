import { isIPv4, isIPv6 } from 'node:net';

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
