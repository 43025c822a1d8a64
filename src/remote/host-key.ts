import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { homeOf } from '../environment.js';
import { shellWord, UsageError } from '../errors.js';

/** A key that a host is known by. */
interface KnownKey {
  type: string;
  /** As it goes over the wire, in base64. */
  key: string;
  isRevoked: boolean;
}

/** The keys by which a host of SSH is known, as `known_hosts` says. */
export class KnownHost {
  private readonly keys: KnownKey[];
  private readonly file: string;

  /**
   * @param file another file than the user's and the system's own
   * @throws UsageError where a file that was named can't be read
   */
  constructor(
    private readonly host: string,
    private readonly port: number,
    file: string | undefined,
    home = homeOf(),
  ) {
    this.file = file ?? join(home, '.ssh', 'known_hosts');
    const files = file === undefined ? [this.file, '/etc/ssh/ssh_known_hosts'] : [file];
    const texts = files.map((path) => read(path, file !== undefined));
    this.keys = texts.flatMap((text) => text.split('\n')).flatMap((line) => this.keysOf(line));
  }

  /** Kinds of keys in the order in which the host is asked for one: those that are known first. */
  algorithms(all: readonly string[]): string[] {
    const known = new Set(this.keys.flatMap(({ type }) => signatures[type] ?? [type]));
    return [...all.filter((name) => known.has(name)), ...all.filter((name) => !known.has(name))];
  }

  /** Why a host with this key is not the one that is meant; null where it is. */
  refusalOf(key: Buffer): UsageError | null {
    const text = key.toString('base64');
    const type = key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
    const found = this.keys.filter((known) => known.key === text);
    if (found.some(({ isRevoked }) => isRevoked)) return this.refused(type, key, 'is revoked');
    if (found.length > 0) return null;
    return this.keys.some(({ isRevoked }) => !isRevoked)
      ? this.refused(type, key, 'is not the one that is known of it')
      : this.unknown(type, key);
  }

  private get name(): string {
    return this.port === 22 ? this.host : `[${this.host}]:${this.port}`;
  }

  private keysOf(line: string): KnownKey[] {
    const words = line.trim().split(/\s+/);
    const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
    const [hosts = '', type, key] = words;
    // Certificates are not read: a host that shows one is unknown.
    if (hosts.startsWith('#') || !type || !key || marker === '@cert-authority') return [];
    return this.isNamed(hosts) ? [{ type, key, isRevoked: marker === '@revoked' }] : [];
  }

  private isNamed(hosts: string): boolean {
    const [, salt, hash] = /^\|1\|([^|]+)\|(.+)$/.exec(hosts) ?? [];
    if (salt !== undefined) {
      const own = createHmac('sha1', Buffer.from(salt, 'base64')).update(this.name);
      return own.digest('base64') === hash;
    }
    const patterns = hosts.split(',');
    const isMeant = (pattern: string) => isMatch(pattern.toLowerCase(), this.name.toLowerCase());
    if (patterns.some((one) => one.startsWith('!') && isMeant(one.slice(1)))) return false;
    return patterns.some(isMeant);
  }

  private unknown(type: string, key: Buffer): UsageError {
    const line = `${this.name} ${type} ${key.toString('base64')}`;
    return new UsageError(
      `${this.name}: this host is not known. Its key is ${type} ${fingerprint(key)}. Compare that with what its owner says; where it is the same, ${adding(line, this.file)}.`,
      'host_key_unknown',
    );
  }

  private refused(type: string, key: Buffer, why: string): UsageError {
    return new UsageError(
      `${this.name}: its key ${type} ${fingerprint(key)} ${why}: somebody may stand between you and the host. Ask its owner; where the key was changed on purpose, take the old one out of ${this.file} (\`ssh-keygen -R ${shellWord(this.name)}\`).`,
      'host_key_changed',
    );
  }
}

/** A key of RSA signs in more than one way. */
const signatures: Record<string, string[]> = {
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
};

function read(path: string, isNamed: boolean): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (!isNamed) return '';
    const why = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new UsageError(
      `--known-hosts ${path} can't be read (${why}). Check the path.`,
      'known_hosts_unreadable',
      { cause: error },
    );
  }
}

/** Windows' `echo` writes quotes, too, and that of PowerShell writes UTF-16. */
export function adding(line: string, file: string, platform: string = process.platform): string {
  if (platform === 'win32') return `add this line to ${file}: ${line}`;
  return `run \`echo ${shellWord(line)} >> ${shellWord(file)}\``;
}

/** As `ssh-keygen -l` shows it. */
function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** `*` stands for any signs, `?` for one. */
function isMatch(pattern: string, name: string): boolean {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${source.replace(/\*+/g, '.*').replace(/\?/g, '.')}$`).test(name);
}
