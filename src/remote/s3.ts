import type { Readable } from 'node:stream';
import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { netFailure } from '../net/failure.js';
import { storedStream } from '../source/stored.js';
import { sourceError, unreachable, untilWhole, lacking } from './failure.js';
import { type Fetching, type Opened, bucketAndKey, type Location } from './location.js';

const connectTimeoutMs = 10_000;

export type Sdk = typeof import('@aws-sdk/client-s3');

export interface BucketOptions {
  /** Of an S3-compatible server. */
  endpointUrl?: string | undefined;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  pathStyle?: boolean | undefined;
  /** Until an answer begins. */
  requestTimeout: number;
  maxAttempts: number;
}

/**
 * A client for S3 and what is like it. Credentials, region and endpoint come from where the AWS SDK
 * looks for them: variables, profiles, SSO, roles.
 * @throws FailedError where the SDK is not installed
 */
export async function openBucketClient({
  endpointUrl,
  pathStyle = false,
  requestTimeout,
  maxAttempts,
}: BucketOptions): Promise<{ sdk: Sdk; client: S3Client }> {
  const sdk = await loadSdk();
  const region = regionFor(endpointUrl);
  const client = new sdk.S3Client({
    ...(endpointUrl ? { endpoint: endpointUrl } : {}),
    ...(region ? { region } : {}),
    forcePathStyle: pathStyle,
    // The newer checksums are unknown to some S3-compatible servers, which then store them as part
    // of the object.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts,
    requestHandler: {
      requestTimeout,
      // Without it a server that hangs is only warned of.
      throwOnRequestTimeout: true,
      connectionTimeout: connectTimeoutMs,
    },
  });
  return { sdk, client };
}

async function loadSdk(): Promise<Sdk> {
  // It warns on standard error that it will leave this version of Node behind one day.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  return import('@aws-sdk/client-s3').catch((error: unknown) => {
    throw lacking('@aws-sdk/client-s3', 's3', error);
  });
}

/** Servers of one's own rarely have regions, but a signature names one; null: the SDK knows. */
function regionFor(endpointUrl: string | undefined): string | null {
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_PROFILE, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3 } =
    process.env;
  if (AWS_REGION) return null;
  if (AWS_DEFAULT_REGION) return AWS_DEFAULT_REGION;
  const isOwn = endpointUrl || AWS_ENDPOINT_URL_S3 || AWS_ENDPOINT_URL;
  return isOwn && !AWS_PROFILE ? 'us-east-1' : null;
}

/** The status that a bucket answered with; null where nothing was answered. */
export function statusOf(error: unknown): number | null {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode ?? null;
}

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
