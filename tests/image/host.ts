import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Answer = (response: ServerResponse, request: IncomingMessage, visit: number) => void;

/** A host of images on this machine, which answers as it is told and counts who asked for what. */
export class ImageHost {
  private readonly answers = new Map<string, Answer>();
  private readonly visits = new Map<string, number>();

  private constructor(
    private readonly server: Server,
    readonly base: string,
  ) {}

  static async start(): Promise<ImageHost> {
    const server = createServer((request, response) => host.serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const host: ImageHost = new ImageHost(server, `http://127.0.0.1:${port}`);
    return host;
  }

  /** @returns the address; everything else is 404 */
  put(path: string, answer: Answer | Buffer | string): string {
    const serve: Answer = typeof answer === 'function' ? answer : (it) => void it.end(answer);
    this.answers.set(path, serve);
    return this.base + path;
  }

  /** How often the path was asked for; without one, how often anything was. */
  visitsOf(path?: string): number {
    if (path !== undefined) return this.visits.get(path) ?? 0;
    return [...this.visits.values()].reduce((sum, visits) => sum + visits, 0);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    const visit = (this.visits.get(path) ?? 0) + 1;
    this.visits.set(path, visit);
    response.on('error', () => undefined);
    const answer = this.answers.get(path);
    if (answer) answer(response, request, visit);
    else response.writeHead(404).end('not here');
  }
}

/** A body without an end: the beginning of a JPEG, and zeros as long as somebody reads. */
export const endless: Answer = (response) => {
  const zeros = Buffer.alloc(1 << 16);
  response.write(Buffer.from([0xff, 0xd8, 0xff, 0xe0]));
  const more = () => {
    while (!response.destroyed && response.write(zeros));
  };
  response.on('drain', more);
  more();
};
