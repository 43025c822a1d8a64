import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';

type Answer = (response: ServerResponse, request: IncomingMessage) => unknown;

/** A host of files, which answers as it is told and remembers what it was asked. */
export class FileHost {
  readonly asked: IncomingMessage[] = [];
  private readonly answers = new Map<string, Answer>();

  private constructor(
    private readonly server: Server,
    readonly base: string,
  ) {}

  /**
   * @param name by which it is called: another one is another origin
   * @param certificate of a host that speaks TLS
   */
  static async start(
    name = '127.0.0.1',
    certificate?: { key: string; cert: string },
  ): Promise<FileHost> {
    const serve = (request: IncomingMessage, response: ServerResponse) => {
      host.asked.push(request);
      const { pathname } = new URL(request.url!, host.base);
      const answer = host.answers.get(pathname);
      if (answer) answer(response, request);
      else response.writeHead(404).end('There is no such file.');
    };
    const server = certificate ? createSecure(certificate, serve) : createServer(serve);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const scheme = certificate ? 'https' : 'http';
    const host: FileHost = new FileHost(server, `${scheme}://${name}:${port}`);
    return host;
  }

  /** @returns the URL of the path */
  put(path: string, answer: Answer | string | Buffer): string {
    const whole = (response: ServerResponse) =>
      response
        .writeHead(200, { 'content-length': Buffer.byteLength(answer as string) })
        .end(answer);
    this.answers.set(path, typeof answer === 'function' ? answer : whole);
    return this.base + path;
  }

  /** The same with a user and a password in it. */
  signed(url: string): string {
    return url.replace('//', '//buyer:s3cret-password@');
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
