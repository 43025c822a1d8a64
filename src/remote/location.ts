import { basename } from 'node:path';
import { closest, UsageError } from '../errors.js';
import type { StoredBytes } from '../source/stored.js';
import type { StreamCopy } from '../source/temporary-file.js';

const schemes = ['http', 'https', 's3', 'sftp', 'ftp', 'ftps'] as const;
type Scheme = (typeof schemes)[number];

/** A URL that a catalogue is read from, and what may be shown of it. */
export interface Location {
  scheme: Scheme;
  /** As typed, with whatever secrets it holds. */
  typed: string;
  /** Without credentials, every value of the query as `…`. */
  shown: string;
  /** What the source is called: the last part of its path, or the host. */
  name: string;
}

const url = /^([a-z][a-z0-9+.-]*):\/\//i;
const bucketUrl = /^s3:\/\/([^/]*)\/*(.*)$/is;
const known = new RegExp(`^(${schemes.join('|')}):`, 'i');

/**
 * What a source is read from where it is a URL; null for a path, and for `-`.
 * @throws UsageError for a scheme or a host that can't be right
 */
export function locationOf(typed: string): Location | null {
  const scheme = (known.exec(typed) ?? url.exec(typed))?.[1]?.toLowerCase();
  if (scheme === undefined) return null;
  if (!isScheme(scheme)) throw unknownScheme(scheme, shownUrl(typed));
  if (scheme === 's3') return bucketLocation(typed);
  const shown = shownUrl(typed);
  const { hostname, pathname } = parse(typed, shown);
  const isHttp = scheme === 'http' || scheme === 'https';
  const last = decoded(basename(pathname));
  if (!isHttp && !isFile(pathname)) {
    throw wrong(shown, 'it names no file. Give its path, such as sftp://host/folder/feed.csv');
  }
  return { scheme, typed, shown, name: last || hostname };
}

function isScheme(scheme: string): scheme is Scheme {
  return (schemes as readonly string[]).includes(scheme);
}

function unknownScheme(scheme: string, shown: string): UsageError {
  if (scheme === 'file') {
    return wrong(shown, 'a file on this machine is named by its path alone');
  }
  const meant = closest(scheme, schemes);
  const hint = meant === null ? '' : ` Did you mean ${meant}://?`;
  return wrong(
    shown,
    `there is no way to read ${scheme}://.${hint} A source is a path, - for standard input, or a URL of http, https, s3, sftp, ftp or ftps`,
  );
}

function parse(typed: string, shown: string): URL {
  if (!URL.canParse(typed)) {
    throw wrong(
      shown,
      'it is not a URL. Look for a blank, a wrong port, or a sign in the password that has to be written as %XX',
    );
  }
  const parsed = new URL(typed);
  const labels = parsed.hostname.replace(/\.$/, '').split('.');
  const isName = labels.every((label) => label.length > 0 && label.length <= 63);
  if (!isName || parsed.hostname.length > 253) throw wrong(shown, 'it has no host of that name');
  return parsed;
}

/** Whether its last part names something that can be a file, and that no server takes for two. */
function isFile(pathname: string): boolean {
  const path = decoded(pathname);
  return !/\p{Cc}/u.test(path) && !/(^|\/)(\.{1,2})?$/.test(path);
}

/** Keys may hold any sign: nothing of them is decoded, and there is no query. */
function bucketLocation(typed: string): Location {
  const [, bucket, key] = bucketUrl.exec(typed) ?? [];
  if (!bucket || !/^[\w.-]{3,63}$/.test(bucket)) throw wrong(typed, 'it names no bucket');
  if (!key || key.endsWith('/')) throw wrong(typed, 'it names no file: give s3://bucket/key');
  return { scheme: 's3', typed, shown: typed, name: basename(key) };
}

/** Bucket and key of such a location. */
export function bucketAndKey({ typed }: Location): { bucket: string; key: string } {
  const [, bucket = '', key = ''] = bucketUrl.exec(typed)!;
  return { bucket, key };
}

function wrong(shown: string, why: string): UsageError {
  return new UsageError(`${shown}: ${why}.`, 'url_invalid');
}

/** A URL as it may be shown: without credentials, every value of its query as `…`. */
function shownUrl(typed: string): string {
  const [front = '', ...query] = typed.replace(/#.*$/s, '').split('?');
  const shownQuery = query.length === 0 ? '' : `?${maskedQuery(query.join('?'))}`;
  if (!URL.canParse(typed)) return front.replace(/^([^:]*:\/*).*@/s, '$1') + shownQuery;
  return front.replace(/^([^:]*:\/*)[^/\\]*@/, '$1') + shownQuery;
}

/** The names in a query, without what stands for them; one without `=` may be a secret itself. */
function maskedQuery(query: string): string {
  return query
    .split('&')
    .map((part) => (part.includes('=') ? `${part.slice(0, part.indexOf('='))}=…` : '…'))
    .join('&');
}

/** Text that a URL may have encoded; as it stands, where that was done by other rules. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The words of a command line without the secrets in them: those of URLs, and of headers. */
export function maskedWords(words: readonly string[]): string[] {
  return words.map((word, at) => {
    const own = /^--header=(.*)$/s.exec(word)?.[1];
    if (own !== undefined) return `--header=${maskedHeader(own)}`;
    if (words[at - 1] === '--header') return maskedHeader(word);
    return known.test(word) && !/^s3:/i.test(word) ? shownUrl(word) : word;
  });
}

/** `Authorization: …` */
function maskedHeader(header: string): string {
  const colon = header.indexOf(':');
  return colon < 0 ? '…' : `${header.slice(0, colon)}: …`;
}

/** Headers by name; they go to the host that was typed, and to no other. */
export type Headers = Record<string, string>;

/** What a host said about a file, so that it can be asked whether it has another one. */
export interface Version {
  etag: string | null;
  lastModified: string | null;
}

/** A version of a URL, as a job keeps it. */
export interface KnownVersion extends Version {
  /** Of the whole URL and who asked for it, by a key that no report shows. */
  digest: string;
}

/** How a URL is read. */
export interface Fetching {
  headers: Headers;
  /** Of an S3-compatible store. */
  endpointUrl?: string | undefined;
  pathStyle?: boolean | undefined;
  /** A private key, and the file of known hosts, for SSH. */
  identity?: string | undefined;
  knownHosts?: string | undefined;
  /** Where `.netrc` and `.ssh` are looked for; the user's own folder unless given. */
  home?: string;
  /** Only another version than this is wanted. */
  known: Version | null;
  /** How long a host may say nothing while it is listened to. */
  silenceMs: number;
  signal?: AbortSignal;
  /** Gets what is read, for another look. */
  copy?: StreamCopy;
  note(sentence: string): void;
}

/** Half a minute without a byte is the end, of a connection and of a file. */
export const silenceMs = 30_000;

/** Bytes about to be read, wherever they come from. */
export interface Opened {
  stored: StoredBytes;
  /** Null where nobody says a word about versions. */
  version: Version | null;
  /** Whether a connection that broke looks like the end of the file. */
  endsUnsaid: boolean;
  /** What was decided, for the user and the report. */
  notes: string[];
}
