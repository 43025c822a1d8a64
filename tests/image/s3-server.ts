import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

interface StoredObject {
  body: Buffer;
  modified?: Date;
  contentType: string | undefined;
}

const region = 'us-east-1';

/**
 * An S3 server with one bucket. It believes nobody: each request must carry an AWS Signature
 * Version 4 over its method, path, query, signed headers and body that comes out the same here.
 */
export class S3Server {
  /** By object key. */
  readonly objects = new Map<string, StoredObject>();
  /** How often an object was put, by key. */
  readonly puts = new Map<string, number>();
  /** Keys of the bodies that were sent. */
  readonly gets: string[] = [];
  /** Whether each body is followed by the end of the connection, before its length is reached. */
  cutsBodies = false;
  readonly refusals: string[] = [];
  readonly credentials = { id: 'AKIATEST', secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLE' };
  readonly bucket = 'shop';

  private constructor(
    private readonly server: Server,
    readonly endpoint: string,
  ) {}

  static async start(): Promise<S3Server> {
    const server = createServer((request, response) => {
      void buffer(request).then((body) => s3.serve(request, body, response));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const s3: S3Server = new S3Server(server, `http://127.0.0.1:${port}`);
    return s3;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const refusal = this.refusalOf(request, body);
    if (refusal) {
      this.refusals.push(refusal);
      return error(response, 403, 'SignatureDoesNotMatch', refusal);
    }
    const { pathname } = new URL(request.url!, this.endpoint);
    const [, bucket, ...rest] = pathname.split('/').map(decodeURIComponent);
    if (bucket !== this.bucket) return error(response, 404, 'NoSuchBucket', String(bucket));
    if (request.method === 'GET' && rest.join('/') === '') return this.list(request, response);
    this.answer(request, rest.join('/'), body, response);
  }

  /** ListObjectsV2, a few at a time. */
  private list({ url }: IncomingMessage, response: ServerResponse): void {
    const { searchParams: asked } = new URL(url!, this.endpoint);
    const after = asked.get('continuation-token') ?? '';
    const prefix = asked.get('prefix') ?? '';
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after);
    const page = keys.sort().slice(0, 2);
    const contents = page.map((key) => {
      const { body, modified = new Date(0) } = this.objects.get(key)!;
      return `<Contents><Key>${key}</Key><Size>${body.length}</Size><LastModified>${modified.toISOString()}</LastModified></Contents>`;
    });
    const isCut = page.length < keys.length;
    const next = isCut ? `<NextContinuationToken>${page.at(-1)!}</NextContinuationToken>` : '';
    response.writeHead(200, { 'content-type': 'application/xml' });
    response.end(
      `<?xml version="1.0"?><ListBucketResult><IsTruncated>${isCut}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
    );
  }

  private answer(
    { method, headers }: IncomingMessage,
    key: string,
    body: Buffer,
    response: ServerResponse,
  ): void {
    if (method === 'PUT') {
      this.objects.set(key, { body, modified: new Date(), contentType: headers['content-type'] });
      this.puts.set(key, (this.puts.get(key) ?? 0) + 1);
      const etag = createHash('md5').update(body).digest('hex');
      response.writeHead(200, { etag: `"${etag}"` }).end();
      return;
    }
    if (method === 'DELETE') {
      this.objects.delete(key);
      return void response.writeHead(204).end();
    }
    const object = this.objects.get(key);
    if (method !== 'HEAD' && method !== 'GET') {
      return error(response, 405, 'MethodNotAllowed', String(method));
    }
    if (!object) {
      if (method === 'GET') return error(response, 404, 'NoSuchKey', key);
      return void response.writeHead(404).end();
    }
    const etag = `"${createHash('md5').update(object.body).digest('hex')}"`;
    if (headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end();
    response.writeHead(200, { 'content-length': object.body.length, etag });
    if (method === 'HEAD') return void response.end();
    this.gets.push(key);
    if (this.cutsBodies) response.write(object.body.subarray(1), () => response.destroy());
    else response.end(object.body);
  }

  /** Why a request is not believed; null where its signature holds. */
  private refusalOf(request: IncomingMessage, body: Buffer): string | null {
    const { authorization = '' } = request.headers;
    const found =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
        authorization,
      );
    if (!found) return `no signature: ${authorization || 'nothing'}`;
    const [, id, day, place, signed, signature] = found as unknown as string[];
    if (id !== this.credentials.id) return `unknown key ${id}`;
    if (place !== region) return `wrong region ${place}`;
    const fault = this.bodyFault(request, body, signed!.split(';'));
    if (fault) return fault;
    const expected = this.sign(request, day!, signed!);
    const isSame = timingSafeEqual(Buffer.from(expected), Buffer.from(signature!));
    return isSame ? null : 'the signature is another';
  }

  private bodyFault({ headers }: IncomingMessage, body: Buffer, signed: string[]): string | null {
    for (const name of ['host', 'x-amz-date', 'x-amz-content-sha256']) {
      if (!signed.includes(name)) return `${name} is not signed`;
    }
    const said = headers['x-amz-content-sha256'];
    if (said === 'UNSIGNED-PAYLOAD') return 'the body is not signed';
    const hash = createHash('sha256').update(body).digest('hex');
    return said === hash ? null : 'the body is another';
  }

  private sign(request: IncomingMessage, day: string, signed: string): string {
    const { method, headers } = request;
    const { pathname, searchParams } = new URL(request.url!, this.endpoint);
    const query = [...searchParams]
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join('&');
    const lines = signed
      .split(';')
      .map((name) => `${name}:${String(headers[name]).trim().replace(/ +/g, ' ')}\n`);
    const bodyHash = headers['x-amz-content-sha256'] as string;
    const canonical = [method, pathname, query, lines.join(''), signed, bodyHash].join('\n');
    const scope = `${day}/${region}/s3/aws4_request`;
    const hash = createHash('sha256').update(canonical).digest('hex');
    const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'] as string, scope, hash].join('\n');
    const hmac = (key: string | Buffer, data: string) =>
      createHmac('sha256', key).update(data).digest();
    const dayKey = hmac(`AWS4${this.credentials.secret}`, day);
    const key = hmac(hmac(hmac(dayKey, region), 's3'), 'aws4_request');
    return hmac(key, text).toString('hex');
  }
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function error(response: ServerResponse, status: number, code: string, message: string): void {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
}
