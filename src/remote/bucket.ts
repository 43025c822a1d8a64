import type { S3Client } from '@aws-sdk/client-s3';
import { lacking } from './failure.js';

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
