import type { StoredBytes } from '../source/stored.js';
import type { StreamCopy } from '../source/temporary-file.js';
import type { Headers } from './credentials.js';

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
