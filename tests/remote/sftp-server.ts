import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import ssh2, { type Connection, type Server } from 'ssh2';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;
export const user = 'buyer';
export const password = 's3cret-password';

/** Of some 250 pairs that ssh2 makes, one is a byte short, where its number begins with a zero: nothing reads it. */
function newKeys(): ReturnType<typeof ssh2.utils.generateKeyPairSync> {
  for (;;) {
    const keys = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(keys.private) instanceof Error)) return keys;
  }
}

/** A server of files by SFTP, with one user and a host key of its own. */
export class SftpServer {
  /** By path. */
  readonly files = new Map<string, Buffer>();
  /** What a listing names besides the files of its folder. */
  extraNames: string[] = [];
  /** After so many bytes of a file the connection ends. */
  cutAfter = Infinity;
  /** How many bytes more a file is said to have than it has. */
  lie = 0;
  private readonly connections = new Set<Connection>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
    /** `ssh-ed25519 AAAA…` */
    readonly hostKey: string,
    /** A private key that the user may sign in with. */
    readonly identity: string,
  ) {}

  static async start(): Promise<SftpServer> {
    const host = newKeys();
    const own = newKeys();
    const allowed = ssh2.utils.parseKey(own.public);
    if (allowed instanceof Error) throw allowed;
    const server = new ssh2.Server({ hostKeys: [host.private] }, (connection) => {
      sftp.serve(connection, allowed);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const { port } = server.address() as AddressInfo;
    const key = host.public.split(' ').slice(0, 2).join(' ');
    const sftp: SftpServer = new SftpServer(server, port, key, own.private);
    return sftp;
  }

  get knownHosts(): string {
    return `[127.0.0.1]:${this.port} ${this.hostKey}\n`;
  }

  get fingerprint(): string {
    const key = Buffer.from(this.hostKey.split(' ')[1]!, 'base64');
    return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
  }

  async stop(): Promise<void> {
    for (const connection of this.connections) connection.end();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private serve(connection: Connection, allowed: ssh2.ParsedKey): void {
    this.connections.add(connection);
    connection.on('error', () => undefined);
    connection.on('close', () => this.connections.delete(connection));
    connection.on('authentication', (context) => {
      if (context.username !== user) return context.reject();
      if (context.method === 'password' && context.password === password) return context.accept();
      if (context.method !== 'publickey' || !context.key.data.equals(allowed.getPublicSSH())) {
        return context.reject(['password', 'publickey']);
      }
      const { blob, signature, hashAlgo } = context;
      const isSigned = !signature || allowed.verify(blob!, signature, hashAlgo) === true;
      if (isSigned) context.accept();
      else context.reject();
    });
    connection.on('ready', () => {
      connection.on('session', (accept) => {
        accept().on('sftp', (open) => this.answer(open(), connection));
      });
    });
  }

  private answer(stream: ssh2.SFTPWrapper, connection: Connection): void {
    const handles = new Map<string, { path: string; isListed: boolean }>();
    const open = (id: number, path: string) => {
      const handle = String(handles.size);
      handles.set(handle, { path, isListed: false });
      stream.handle(id, Buffer.from(handle));
    };
    const stat = (id: number, path: string) => {
      const file = this.files.get(path);
      if (!file) return void stream.status(id, STATUS_CODE.NO_SUCH_FILE);
      stream.attrs(id, attributes(0o100600, file.length + this.lie));
    };
    stream.on('STAT', stat).on('LSTAT', stat);
    stream.on('REALPATH', (id, path) => {
      const absolute = path === '.' ? '/home' : path;
      stream.name(id, [{ filename: absolute, longname: absolute, attrs: attributes(0o40700, 0) }]);
    });
    stream.on('OPEN', (id, path, flags) => {
      const mayOpen = this.files.has(path) && flags === OPEN_MODE.READ;
      if (mayOpen) open(id, path);
      else stream.status(id, STATUS_CODE.NO_SUCH_FILE);
    });
    stream.on('READ', (id, handle, offset, length) => {
      const file = this.files.get(handles.get(handle.toString())!.path)!;
      if (offset >= this.cutAfter) return void connection.end();
      const end = Math.min(offset + length, this.cutAfter);
      const bytes = file.subarray(offset, end);
      if (bytes.length === 0) stream.status(id, STATUS_CODE.EOF);
      else stream.data(id, bytes);
    });
    stream.on('OPENDIR', open);
    stream.on('READDIR', (id, handle) => {
      const folder = handles.get(handle.toString())!;
      if (folder.isListed) return void stream.status(id, STATUS_CODE.EOF);
      folder.isListed = true;
      const below = [...this.files.keys()].filter((path) => path.startsWith(`${folder.path}/`));
      const names = [
        ...below.map((path) => path.slice(folder.path.length + 1)),
        ...this.extraNames,
      ];
      const attrs = attributes(0o100600, 1);
      stream.name(
        id,
        names.map((filename) => ({ filename, longname: `-rw------- ${filename}`, attrs })),
      );
    });
    stream.on('CLOSE', (id) => void stream.status(id, STATUS_CODE.OK));
  }
}

function attributes(mode: number, size: number) {
  return { mode, size, uid: 0, gid: 0, atime: 0, mtime: 0 };
}
