import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls';

interface Options {
  /** For TLS: PEM of both. */
  key?: string;
  cert?: string;
  /** Whether TLS begins with the connection, or by AUTH TLS. */
  isImplicit?: boolean;
}

export const user = 'buyer';
export const password = 's3cret-password';

/** As much of FTP as a client needs that reads: passive, binary, one user. */
export class FtpServer {
  /** By path, below the folder that one signs in to. */
  readonly files = new Map<string, Buffer>();
  /** What a listing names besides them. */
  extraNames: string[] = [];
  /** After so many bytes of a file its connection ends, and all seems well. */
  cutAfter = Infinity;
  /** Whether SIZE is known. */
  knowsSizes = true;
  readonly commands: string[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly tls: SecureContext | null,
    private readonly isImplicit: boolean,
  ) {}

  static async start({ key, cert, isImplicit = false }: Options = {}): Promise<FtpServer> {
    const tls = key === undefined ? null : createSecureContext({ key, cert: cert! });
    const server = createServer((socket) => ftp.accept(socket));
    const ftp: FtpServer = new FtpServer(server, tls, isImplicit);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return ftp;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    const session = new Session(this, this.isImplicit ? this.secured(socket) : socket);
    session.greet();
  }

  secured(socket: Socket): Socket {
    const secured = new TLSSocket(socket, { isServer: true, secureContext: this.tls! });
    secured.on('error', () => undefined);
    return secured;
  }

  get speaksTls(): boolean {
    return this.tls !== null;
  }
}

class Session {
  private isSecret = false;
  private data: Promise<Socket> | null = null;
  private text = '';

  constructor(
    private readonly ftp: FtpServer,
    private socket: Socket,
  ) {
    this.listen();
  }

  greet(): void {
    this.say('220 ready');
  }

  private listen(): void {
    this.socket.on('data', (bytes: Buffer) => {
      this.text += bytes.toString();
      const lines = this.text.split('\r\n');
      this.text = lines.pop()!;
      for (const line of lines) void this.answer(line);
    });
  }

  private say(line: string): void {
    this.socket.write(`${line}\r\n`);
  }

  private async answer(line: string): Promise<void> {
    this.ftp.commands.push(line);
    const [command = '', ...rest] = line.split(' ');
    const argument = rest.join(' ');
    const file = this.ftp.files.get(argument);
    switch (command.toUpperCase()) {
      case 'AUTH':
        if (!this.ftp.speaksTls) return this.say('502 no TLS here');
        this.say('234 go on');
        this.socket.removeAllListeners('data');
        this.socket = this.ftp.secured(this.socket);
        return this.listen();
      case 'USER':
        return this.say('331 and the password');
      case 'PASS':
        return this.say(argument === password ? '230 welcome' : '530 no');
      case 'PROT':
        this.isSecret = argument === 'P';
        return this.say('200 as you like');
      case 'EPSV':
        return this.listenForData();
      case 'SIZE':
        if (!file || !this.ftp.knowsSizes) return this.say('550 nobody knows');
        return this.say(`213 ${file.length}`);
      case 'RETR':
        if (!file) return this.say('550 there is no such file');
        return this.send(file.subarray(0, this.ftp.cutAfter));
      case 'LIST':
        return this.send(Buffer.from(this.listing()));
      case 'FEAT':
      case 'MLSD':
        return this.say('502 not here');
      default:
        return this.say('200 well');
    }
  }

  private listing(): string {
    const names = [...this.ftp.files.keys()].map((path) => path.split('/').at(-1)!);
    const line = (name: string) => `-rw-r--r-- 1 ftp ftp 10 Nov 27 08:00 ${name}\r\n`;
    return [...names, ...this.ftp.extraNames].map(line).join('');
  }

  private listenForData(): void {
    const server = createServer();
    this.data = new Promise((resolve) => {
      server.once('connection', (socket) => {
        server.close();
        socket.on('error', () => undefined);
        resolve(this.isSecret ? this.ftp.secured(socket) : socket);
      });
    });
    server.listen(0, '127.0.0.1', () => {
      this.say(`229 here (|||${(server.address() as AddressInfo).port}|)`);
    });
  }

  private async send(bytes: Buffer): Promise<void> {
    this.say('150 here it comes');
    const socket = await this.data!;
    socket.end(bytes, () => this.say('226 that was all'));
  }
}
