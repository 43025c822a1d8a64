import { openStored, storedStream } from '../source/stored.js';
import type { Fetching, Opened, Location } from './location.js';

/**
 * Opens what a load reads: a path, `-` for standard input, or a URL. What reads a URL is loaded when
 * there is one.
 * @returns null for a URL that still has the version that is known
 * @throws UsageError for what can't be read as asked · FailedError for a host that doesn't give it
 */
export async function openBytes(
  file: string,
  location: Location | null,
  fetching: Fetching,
): Promise<Opened | null> {
  if (location) return openLocation(location, fetching);
  const { copy, signal } = fetching;
  const stored =
    file === '-'
      ? storedStream(process.stdin, { copy })
      : await openStored(file, { ...(signal ? { signal } : {}), ...(copy ? { copy } : {}) });
  return { stored, version: null, endsUnsaid: false, notes: [] };
}

async function openLocation(location: Location, fetching: Fetching): Promise<Opened | null> {
  switch (location.scheme) {
    case 's3':
      return (await import('./s3.js')).openBucketObject(location, fetching);
    case 'sftp':
      return (await import('./sftp.js')).openSftp(location, fetching);
    case 'ftp':
    case 'ftps':
      return (await import('./ftp.js')).openFtp(location, fetching);
    case 'http':
    case 'https':
      return (await import('./http.js')).openHttp(location, fetching);
  }
}
