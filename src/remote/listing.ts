import { posix } from 'node:path';
import { decoded, type Location } from './location.js';
import { sourceError } from './failure.js';

/** A file as a server lists it. */
export interface Listed {
  name: string;
  isFile: boolean;
}

/** The path of a location on its server, and whether its last part stands for several files. */
export function pathOf({ typed }: Location): { path: string; isPattern: boolean } {
  const path = decoded(new URL(typed).pathname);
  // An asterisk that was typed as %2A is one.
  return { path, isPattern: posix.basename(new URL(typed).pathname).includes('*') };
}

/**
 * The newest file that the last part of a path stands for, by name: dates and numbers in it are
 * compared as such. A name that would lead elsewhere is never taken, whatever the server lists.
 * @throws FailedError where there is none
 */
export function newestOf(
  listed: readonly Listed[],
  path: string,
  shown: string,
): { path: string; note: string } {
  const pattern = posix.basename(path);
  const matches = listed
    .filter(({ name, isFile }) => isFile && isPlain(name) && isMatch(pattern, name))
    .map(({ name }) => name)
    .sort(byName);
  const newest = matches.at(-1);
  if (newest === undefined) {
    throw sourceError('source_refused', shown, `: no file matches ${pattern}`, {
      way: 'Check the folder and the name; * stands for any signs, but for /.',
    });
  }
  const among = matches.length === 1 ? 'the only file' : `the newest by name of ${matches.length}`;
  const note = `Reading ${newest}, ${among} that matches ${pattern}`;
  return { path: posix.join(posix.dirname(path), newest), note };
}

function isPlain(name: string): boolean {
  return !/[/\\]|\p{Cc}/u.test(name) && name !== '..' && name !== '.';
}

/** Without a regular expression, which a pattern of many asterisks would keep busy. */
function isMatch(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at + last.length <= name.length;
}

/** Numbers by their value, everything else by its signs. */
function byName(a: string, b: string): number {
  const parts = (name: string) => name.match(/\d+|\D+/g) ?? [];
  const [left, right] = [parts(a), parts(b)];
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const order = compare(left[at]!, right[at]!);
    if (order !== 0) return order;
  }
  return left.length - right.length || (a < b ? -1 : 1);
}

function compare(a: string, b: string): number {
  const areNumbers = /^\d/.test(a) && /^\d/.test(b);
  if (areNumbers && BigInt(a) !== BigInt(b)) return BigInt(a) < BigInt(b) ? -1 : 1;
  if (areNumbers || a === b) return 0;
  return a < b ? -1 : 1;
}
