import { readFile } from 'node:fs/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { FailedError, UsageError } from '../../errors.js';
import { Workspace } from '../workspace.js';
import type { Store, StoreOptions } from './store.js';

/** One request may take so long, and is tried so often, before the store counts as out of order. */
const defaultRequestTimeoutMs = 30_000;
const connectTimeoutMs = 10_000;
const maxTries = 5;

/** @throws UsageError for what is no `s3://bucket/prefix` */
export function placeOf(url: string): { label: string; bucket: string; prefix: string } {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/+(.*?))?\/*$/i.exec(url) ?? [];
  if (!bucket) throw new UsageError(`--to ${url}: give a folder, or s3://bucket/prefix.`);
  return { label: `s3://${bucket}${prefix ? `/${prefix}` : ''}`, bucket, prefix };
}

/**
 * A bucket of any S3-compatible server. Credentials, region and endpoint come from where the AWS
 * SDK looks for them: variables, profiles, SSO, roles.
 * @param url `s3://bucket/prefix`
 * @throws UsageError · FailedError where the SDK is not installed
 */
export async function openBucket(url: string, options: StoreOptions): Promise<Store> {
  const { label, bucket, prefix } = placeOf(url);
  const sdk = await loadSdk();
  const region = regionFor(options);
  const requestTimeout = options.requestTimeoutMs ?? defaultRequestTimeoutMs;
  const client = new sdk.S3Client({
    ...(options.endpointUrl ? { endpoint: options.endpointUrl } : {}),
    ...(region ? { region } : {}),
    forcePathStyle: options.pathStyle ?? false,
    // The newer checksums are unknown to some S3-compatible servers, which then store them as part
    // of the object.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: maxTries,
    requestHandler: {
      requestTimeout,
      // Without it a server that hangs is only warned of.
      throwOnRequestTimeout: true,
      connectionTimeout: connectTimeoutMs,
    },
  });
  return new BucketStore(label, sdk, client, bucket, prefix, requestTimeout * maxTries);
}

type Sdk = typeof import('@aws-sdk/client-s3');

async function loadSdk(): Promise<Sdk> {
  // It warns on standard error that it will leave this version of Node behind one day.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  try {
    return await import('@aws-sdk/client-s3');
  } catch (error) {
    throw new FailedError(
      'A bucket needs the package @aws-sdk/client-s3, which is not installed. Install prodimport again without --omit=optional.',
      's3_missing',
      { cause: error },
    );
  }
}

/** Servers of one's own rarely have regions, but a signature names one; null: the SDK knows. */
function regionFor({ endpointUrl }: StoreOptions): string | null {
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_PROFILE, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3 } =
    process.env;
  if (AWS_REGION) return null;
  if (AWS_DEFAULT_REGION) return AWS_DEFAULT_REGION;
  const isOwn = endpointUrl || AWS_ENDPOINT_URL_S3 || AWS_ENDPOINT_URL;
  return isOwn && !AWS_PROFILE ? 'us-east-1' : null;
}

class BucketStore implements Store {
  constructor(
    readonly label: string,
    private readonly sdk: Sdk,
    private readonly client: S3Client,
    private readonly bucket: string,
    private readonly prefix: string,
    /** For all tries of one request, to the last byte of the answer. */
    private readonly timeoutMs: number,
  ) {}

  async openWorkspace(): Promise<Workspace> {
    try {
      return await Workspace.openTemporary();
    } catch (error) {
      throw new FailedError(
        `Images on their way to ${this.label} need room: ${(error as Error).message}. Free space or give the right to write, or name another folder with TMPDIR.`,
        'store_failed',
        { cause: error },
      );
    }
  }

  async put(path: string, name: string, contentType: string): Promise<string> {
    const objectKey = this.prefix ? `${this.prefix}/${name}` : name;
    const command = new this.sdk.PutObjectCommand({
      Bucket: this.bucket,
      Key: objectKey,
      // Whole in memory, as another try has to send it again; it is compressed, and small.
      Body: await readFile(path),
      ContentType: contentType,
    });
    try {
      await this.client.send(command, this.limit());
    } catch (error) {
      throw this.failure(error);
    }
    return `s3://${this.bucket}/${objectKey}`;
  }

  async has(key: string): Promise<boolean> {
    const base = `s3://${this.bucket}/`;
    if (!key.startsWith(base)) return false;
    const command = new this.sdk.HeadObjectCommand({
      Bucket: this.bucket,
      Key: key.slice(base.length),
    });
    try {
      await this.client.send(command, this.limit());
      return true;
    } catch (error) {
      // Who may not list gets 403 for what is missing; then it is stored again, which does no harm.
      const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata;
      if ([403, 404].includes(status?.httpStatusCode ?? 0)) return false;
      throw this.failure(error);
    }
  }

  close(): void {
    this.client.destroy();
  }

  private limit(): { abortSignal: AbortSignal } {
    return { abortSignal: AbortSignal.timeout(this.timeoutMs) };
  }

  private failure(error: unknown): FailedError {
    const { name, message } = error as Error;
    const said = name === 'Error' ? message : `${name}: ${message}`;
    return new FailedError(
      `${this.label} takes no images: ${said.replace(/\.?$/, '.')} Check the bucket, the region, the credentials and --endpoint-url.`,
      'store_failed',
      { cause: error },
    );
  }
}
