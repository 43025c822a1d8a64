import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { homeOf } from '../environment.js';
import { UsageError } from '../errors.js';
import { decoded, type Location, type Headers } from './location.js';

const token = /^[\w!#$%&'*+.^`|~-]+$/;
/** What says how a message is sent is not for whoever asks for one. */
const reserved = /^(host|connection|content-length|transfer-encoding|te|trailer|upgrade|expect)$/i;
const maxValueBytes = 8 * 1024;

/**
 * The headers that `--header` asks for. No message shows a value.
 * @param given `Name: value`, `Name: @FILE` or `Name: $VARIABLE`; of Authorization what is read may
 *   have a word before it: `Authorization: Bearer $TOKEN`
 * @throws UsageError naming the header
 */
export function readHeaders(given: readonly string[], exported: NodeJS.ProcessEnv): Headers {
  const headers: Headers = {};
  for (const text of given) {
    const [, name, value = ''] = /^([^:]*):\s*(.*)$/s.exec(text) ?? [];
    if (name === undefined || !token.test(name)) {
      throw wrong("--header takes 'Name: value', a name of a header before the colon.");
    }
    if (reserved.test(name)) {
      throw wrong(`--header "${name}: …": this header is for the connection alone. Leave it out.`);
    }
    headers[name.toLowerCase()] = checked(name, resolve(name, value.trimEnd(), exported));
  }
  return headers;
}

function resolve(name: string, value: string, exported: NodeJS.ProcessEnv): string {
  const mayHaveWord = /^authorization$/i.test(name);
  const [, word = '', sign, reference = ''] = /^(\w+ +)?([@$])(.+)$/s.exec(value) ?? [];
  if (sign === undefined || (word !== '' && !mayHaveWord)) return value;
  return word + (sign === '@' ? fromFile(name, reference) : fromVariable(name, value, exported));
}

function fromVariable(name: string, value: string, exported: NodeJS.ProcessEnv): string {
  const variable = /\$\{?([A-Za-z_]\w*)\}?$/.exec(value)?.[1];
  if (variable === undefined) {
    throw wrong(
      `--header "${name}: …": $ takes the name of a variable after it. A value that begins with $ or @ comes from a file: --header '${name}: @FILE'.`,
    );
  }
  const found = exported[variable];
  if (found) return found;
  throw wrong(`--header "${name}: …": the variable ${variable} is not exported. Export it first.`);
}

function fromFile(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw wrong(`--header "${name}: …": its file ${path} can't be read (${why}). Check the path.`);
  }
}

function checked(name: string, value: string): string {
  if (value === '') throw wrong(`--header "${name}: …": its value is empty. Leave it out.`);
  if (value.length <= maxValueBytes && !/[^\t\x20-\x7e\x80-\xff]/.test(value)) return value;
  throw wrong(
    `--header "${name}: …": its value is too long, or holds a sign that no header may hold, such as a line end.`,
  );
}

function wrong(message: string): UsageError {
  return new UsageError(message, 'header_invalid');
}

/** Who asks, as far as the URL, the headers or `.netrc` say. */
export interface Account {
  headers: Headers;
  /** Of the URL or `.netrc`; null where neither names one. */
  user: string | null;
}

/**
 * What goes to the host of an http(s) URL: `--header` before the URL's own credentials, those before
 * `~/.netrc`.
 */
export function accountFor(
  { typed }: Pick<Location, 'typed'>,
  given: Headers,
  home = homeOf(),
): Account {
  const { username, password, protocol, hostname } = new URL(typed);
  const own = username || password ? [username, password].map(decoded) : null;
  const mayUseNetrc = protocol === 'https:' || isLoopback(hostname);
  const asked = own ?? (mayUseNetrc ? fromNetrc(hostname, home) : null);
  if (!asked || 'authorization' in given) return { headers: given, user: asked?.[0] ?? null };
  const [user = '', secret = ''] = asked;
  const basic = Buffer.from(`${user}:${secret}`).toString('base64');
  return { headers: { ...given, authorization: `Basic ${basic}` }, user };
}

export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** User and password of a host; null where the file is not there, or open to others. */
function fromNetrc(host: string, home: string): string[] | null {
  const path = join(home, '.netrc');
  const found = statSync(path, { throwIfNoEntry: false });
  const isOpen = process.platform !== 'win32' && ((found?.mode ?? 0) & 0o077) !== 0;
  const isOthers = process.getuid !== undefined && found?.uid !== process.getuid();
  if (!found?.isFile() || isOpen || isOthers) return null;
  return entryOf(readFileSync(path, 'utf8'), host);
}

/** The entry of a machine; never the one for all others, which a redirect or a slip could use. */
function entryOf(text: string, host: string): string[] | null {
  // A macro goes on to the next blank line, whatever its words are.
  const words =
    text.replace(/^\s*macdef[^]*?(\n\s*\n|$)/gm, '').match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  let machine: string | null = null;
  const entry: Record<string, string> = {};
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    if (word === 'default') machine = null;
    else if (word === 'machine') machine = bare(words[(at += 1)]);
    else if (['login', 'password', 'account'].includes(word)) {
      const value = bare(words[(at += 1)]);
      if (machine?.toLowerCase() === host) entry[word] ??= value;
    }
  }
  return entry.login === undefined ? null : [entry.login, entry.password ?? ''];
}

function bare(word = ''): string {
  return /^".*"$/s.test(word) ? word.slice(1, -1).replace(/\\(.)/gs, '$1') : word;
}

/** The whole URL and who asks for it, without passwords, which may change; for a digest alone. */
export function accountOf(
  { scheme, typed }: Location,
  given: Headers,
  { endpointUrl }: { endpointUrl?: string },
): string {
  const { AWS_ACCESS_KEY_ID, AWS_PROFILE, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL } = process.env;
  if (scheme === 's3') {
    const endpoint = endpointUrl ?? AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL;
    return JSON.stringify([typed, endpoint, AWS_PROFILE, AWS_ACCESS_KEY_ID]);
  }
  const url = new URL(typed);
  url.password = '';
  const isHttp = scheme === 'http' || scheme === 'https';
  const user = isHttp ? accountFor({ typed }, given).user : null;
  return JSON.stringify([url.href, user, Object.entries(given).sort()]);
}
