import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { netFailure } from '../net/failure.js';
import { storedStream } from '../source/stored.js';
import { openBucketClient, statusOf } from './bucket.js';
import { sourceError, unreachable, untilWhole } from './failure.js';
import type { Fetching, Opened } from './fetching.js';
import { bucketAndKey, type Location } from './location.js';

/** One request and three more. */
const maxAttempts = 4;

/**
 * Opens an object of a bucket; gives null where it is still the version that is known.
 * @throws FailedError `source_unreachable` · `source_refused`; the body throws `source_cut`
 */
export async function openBucketObject(
  location: Location,
  fetching: Fetching,
): Promise<Opened | null> {
  const { endpointUrl, pathStyle, silenceMs: requestTimeout, known, signal } = fetching;
  const options = { endpointUrl, pathStyle, requestTimeout, maxAttempts };
  const { sdk, client } = await openBucketClient(options);
  const { bucket: Bucket, key: Key } = bucketAndKey(location);
  const condition = known?.etag ? { IfNoneMatch: known.etag } : {};
  try {
    const command = new sdk.GetObjectCommand({ Bucket, Key, ...condition });
    const answer = await client.send(command, signal ? { abortSignal: signal } : {});
    return opened(location, fetching, answer, client);
  } catch (error) {
    client.destroy();
    if (known?.etag && statusOf(error) === 304) return null;
    signal?.throwIfAborted();
    throw failureOf(location, error);
  }
}

function opened(
  { name, shown }: Location,
  { copy, signal, silenceMs }: Fetching,
  answer: GetObjectCommandOutput,
  client: S3Client,
): Opened {
  const body = answer.Body as Readable;
  const size = answer.ContentLength ?? null;
  const destroy = () => {
    body.destroy();
    client.destroy();
  };
  // What breaks while nobody reads is thrown when somebody does.
  body.on('error', () => undefined);
  const chunks = untilWhole(body, { shown, size, signal, silenceMs, end: destroy });
  return {
    stored: storedStream(Object.assign(chunks, { destroy }), { name, place: shown, size, copy }),
    version: { etag: answer.ETag ?? null, lastModified: null },
    endsUnsaid: false,
    notes: [],
  };
}

const ways: Record<number, string> = {
  403: 'Check the credentials (AWS_ACCESS_KEY_ID, AWS_PROFILE), and that they may read it.',
  404: 'Check the bucket and the key.',
};

function failureOf({ shown }: Location, error: unknown): Error {
  const status = statusOf(error);
  const { name, message, code } = error as Error & { code?: string };
  if (status !== null) {
    const said = `: the store answered ${status} ${name}`;
    const way = ways[status] ?? 'Check the bucket, its region and --endpoint-url.';
    return sourceError('source_refused', shown, said, { way, cause: error });
  }
  if (code !== undefined || netFailure(error).code !== 'no_connection' || name === 'TimeoutError') {
    return unreachable(shown, error);
  }
  return sourceError('source_refused', shown, `can't be asked for: ${message.replace(/\.$/, '')}`, {
    way: 'Check the credentials, the region and --endpoint-url.',
    cause: error,
  });
}
