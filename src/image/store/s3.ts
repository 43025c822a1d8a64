import { readFile } from 'node:fs/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { FailedError, UsageError } from '../../errors.js';
import { openBucketClient, statusOf, type Sdk } from '../../remote/s3.js';
import { Workspace } from '../workspace.js';
import type { Store, StoredFile, StoreOptions } from './store.js';

/** One request may take so long, and is tried so often, before the store counts as out of order. */
const defaultRequestTimeoutMs = 30_000;
const maxTries = 5;

/** @throws UsageError for what is no `s3://bucket/prefix` */
export function placeOf(url: string): { label: string; bucket: string; prefix: string } {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/+(.*?))?\/*$/i.exec(url) ?? [];
  if (!bucket) throw new UsageError(`--to ${url}: give a folder, or s3://bucket/prefix.`);
  return { label: `s3://${bucket}${prefix ? `/${prefix}` : ''}`, bucket, prefix };
}

/**
 * A bucket of any S3-compatible server.
 * @param url `s3://bucket/prefix`
 * @throws UsageError · FailedError where the SDK is not installed
 */
export async function openBucket(url: string, options: StoreOptions): Promise<Store> {
  const { label, bucket, prefix } = placeOf(url);
  const {
    endpointUrl,
    pathStyle,
    requestTimeoutMs: requestTimeout = defaultRequestTimeoutMs,
  } = options;
  const asked = { endpointUrl, pathStyle, requestTimeout, maxAttempts: maxTries };
  const { sdk, client } = await openBucketClient(asked);
  return new BucketStore(label, sdk, client, bucket, prefix, requestTimeout * maxTries);
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

  async put(path: string, name: string, contentType: string): Promise<void> {
    const command = new this.sdk.PutObjectCommand({
      Bucket: this.bucket,
      Key: this.below(name),
      // Whole in memory, as another try has to send it again; it is compressed, and small.
      Body: await readFile(path),
      ContentType: contentType,
    });
    try {
      await this.client.send(command, this.limit());
    } catch (error) {
      throw this.failure(error);
    }
  }

  keyOf(name: string): string {
    return `s3://${this.bucket}/${this.below(name)}`;
  }

  async *list(): AsyncGenerator<StoredFile[]> {
    let from: string | undefined;
    do {
      const command = new this.sdk.ListObjectsV2Command({
        Bucket: this.bucket,
        Prefix: this.below(''),
        ContinuationToken: from,
      });
      const page = await this.client.send(command, this.limit()).catch((error: unknown) => {
        throw this.failure(error, "can't be listed");
      });
      yield (page.Contents ?? []).map(({ Key, Size = 0, LastModified }) => ({
        key: `s3://${this.bucket}/${Key}`,
        bytes: Size,
        modifiedMs: LastModified?.getTime() ?? Infinity,
      }));
      from = page.NextContinuationToken;
    } while (from !== undefined);
  }

  async remove(key: string): Promise<void> {
    const command = new this.sdk.DeleteObjectCommand({
      Bucket: this.bucket,
      Key: key.slice(`s3://${this.bucket}/`.length),
    });
    await this.client.send(command, this.limit()).catch((error: unknown) => {
      throw this.failure(error, 'deletes nothing');
    });
  }

  private below(name: string): string {
    return this.prefix ? `${this.prefix}/${name}` : name;
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
      if ([403, 404].includes(statusOf(error) ?? 0)) return false;
      throw this.failure(error);
    }
  }

  close(): void {
    this.client.destroy();
  }

  private limit(): { abortSignal: AbortSignal } {
    return { abortSignal: AbortSignal.timeout(this.timeoutMs) };
  }

  private failure(error: unknown, what = 'takes no images'): FailedError {
    const { name, message } = error as Error;
    const said = name === 'Error' ? message : `${name}: ${message}`;
    return new FailedError(
      `${this.label} ${what}: ${said.replace(/\.?$/, '.')} Check the bucket, the region, the credentials and --endpoint-url.`,
      'store_failed',
      { cause: error },
    );
  }
}
