import { lookup as askSystem } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { refusalOf } from './address.js';
import { refused } from './url.js';

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
