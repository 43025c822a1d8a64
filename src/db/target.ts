import { readFileSync, statSync } from 'node:fs';
import type { ClientConfig } from 'pg';
import connectionString from 'pg-connection-string';
import { configFileName, variable, type Environment } from '../environment.js';
import { UsageError } from '../errors.js';

/** Which database to talk to, and how it was found. */
export type Target = ServerTarget | EmbeddedTarget;

interface ServerTarget {
  kind: 'server';
  client: ClientConfig;
  /** Whether a server without TLS will do. */
  isTlsOptional: boolean;
  connectTimeoutMs: number;
  label: string;
  from: string;
}

export interface EmbeddedTarget {
  kind: 'embedded';
  environment: NodeJS.ProcessEnv;
  connectTimeoutMs: number;
  from: string;
}

const defaultConnectTimeoutMs = 10_000;

/**
 * `--database` > exported DATABASE_URL > exported PGHOST or PGDATABASE > the same from `.env` >
 * the configuration file > the embedded server.
 * @throws UsageError for something that is no PostgreSQL URL
 */
export function chooseTarget(flag: string | null, environment: Environment): Target {
  const { exported } = environment;
  if (flag) return fromUrl(flag, '--database', exported, environment);
  for (const [from, variables] of [
    ['the environment', exported],
    ['.env', environment.file],
  ] as const) {
    const { DATABASE_URL: url } = variables;
    if (url) return fromUrl(url, `DATABASE_URL in ${from}`, variables, environment);
    if (variables.PGHOST || variables.PGDATABASE)
      return fromVariables(variables, from, environment);
  }
  const { database } = environment.config ?? {};
  if (database) return fromUrl(database, `"database" in ${configFileName}`, {}, environment);
  return {
    kind: 'embedded',
    environment: exported,
    connectTimeoutMs: connectTimeoutMs(environment),
    from: 'no database named',
  };
}

/** @param beside the variables that stand where the URL does */
function fromUrl(
  url: string,
  from: string,
  beside: NodeJS.ProcessEnv,
  environment: Environment,
): ServerTarget {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new UsageError(
      `${from} is not a PostgreSQL URL. It should look like postgresql://user@host:5432/database`,
      'database_url_invalid',
    );
  }
  let client: ClientConfig;
  try {
    client = connectionString.parseIntoClientConfig(withLibpqTls(url));
  } catch (error) {
    // The parser's own message may quote the URL, and with it the password.
    throw new UsageError(
      `${from} can't be read as a PostgreSQL URL. Special characters in user and password must be percent-encoded, and a port ends at 65535.`,
      'database_url_invalid',
      { cause: error },
    );
  }
  client.password ||= passwordBeside(beside) ?? passwordInFile(client, from);
  const mode = /[?&]sslmode=([^&]*)/.exec(url)?.[1] ?? null;
  const target = toServer(client, from, mode, environment);
  return { ...target, connectTimeoutMs: askedTimeoutMs(client, from) ?? target.connectTimeoutMs };
}

function fromVariables(
  beside: NodeJS.ProcessEnv,
  from: string,
  environment: Environment,
): ServerTarget {
  const client: ClientConfig = {
    host: variable(environment, 'PGHOST') ?? undefined,
    port: portOf(environment),
    database: variable(environment, 'PGDATABASE') ?? undefined,
    user: variable(environment, 'PGUSER') ?? undefined,
    password: passwordBeside(beside),
    options: variable(environment, 'PGOPTIONS') ?? undefined,
  };
  return toServer(client, `PG* variables of ${from}`, null, environment);
}

/**
 * Only from where the address comes from: a folder that somebody else filled must not have the
 * password of another server sent to a host of its own.
 */
function passwordBeside({ PGPASSWORD }: NodeJS.ProcessEnv): string | undefined {
  return PGPASSWORD || undefined;
}

/**
 * What `passfile=` of a URL leads to, as psql takes it, and `db start` prints it where it has to;
 * the driver looks only at PGPASSFILE, and in the user's own.
 * @throws UsageError where the file can't be read, or others can
 */
function passwordInFile(client: ClientConfig & { passfile?: string }, from: string) {
  const { passfile, host = 'localhost', port = 5432, user = '', database = user } = client;
  if (passfile === undefined) return undefined;
  const wanted = [host, String(port), database, user];
  for (const line of readPasswords(passfile, from).split(/\r?\n/)) {
    const fields = line.split(/(?<!\\):/).map((field) => field.replace(/\\(.)/g, '$1'));
    if (wanted.every((value, at) => fields[at] === '*' || fields[at] === value)) return fields[4];
  }
  return undefined;
}

function readPasswords(file: string, from: string): string {
  try {
    const isOpen = process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0;
    if (isOpen) throw new Error('others may read it too: chmod 600');
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `passfile in ${from}: ${file} can't be used: ${(error as Error).message}. Name a file that only you can read.`,
      'database_url_invalid',
      { cause: error },
    );
  }
}

/** @param askedMode the `sslmode` that its URL has; null where it leaves that to PGSSLMODE */
function toServer(
  client: ClientConfig,
  from: string,
  askedMode: string | null,
  environment: Environment,
): ServerTarget {
  // A URL may also ask for TLS by `ssl=true`, as other tools take it.
  const usual = client.ssl ? 'require' : 'disable';
  const mode = askedMode ?? variable(environment, 'PGSSLMODE') ?? usual;
  if (!tlsModes.includes(mode)) throw wrongMode(mode, from);
  // Never left open: the driver would look at PGSSLMODE itself, and take `prefer` for a must.
  const isPlain = client.host?.startsWith('/') || mode === 'disable' || mode === 'allow';
  if (isPlain) client.ssl = false;
  else client.ssl ??= { rejectUnauthorized: mode.startsWith('verify-') };
  return {
    kind: 'server',
    client,
    isTlsOptional: mode === 'prefer',
    connectTimeoutMs: connectTimeoutMs(environment),
    label: label(client),
    from,
  };
}

/**
 * What the URL says stands above PGCONNECT_TIMEOUT; the driver applies neither.
 * @throws UsageError where it is no time
 */
function askedTimeoutMs(client: ClientConfig, from: string): number | null {
  const { connect_timeout: asked } = client as { connect_timeout?: string };
  if (asked === undefined) return null;
  if (/^\d{1,6}(\.\d+)?$/.test(asked)) return timeoutMs(asked);
  throw new UsageError(
    `connect_timeout in ${from} takes seconds, such as connect_timeout=5.`,
    'database_url_invalid',
  );
}

function connectTimeoutMs(environment: Environment): number {
  return timeoutMs(variable(environment, 'PGCONNECT_TIMEOUT'));
}

/** To wait for ever, which 0 means to libpq, would never tell that nobody is there. */
function timeoutMs(asked: string | null): number {
  const seconds = Number(asked);
  return seconds > 0 ? seconds * 1000 : defaultConnectTimeoutMs;
}

const tlsModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

function wrongMode(mode: string, from: string): UsageError {
  return new UsageError(
    `${from}: sslmode (PGSSLMODE) can't be ${JSON.stringify(mode)}. It is one of ${tlsModes.join(', ')}.`,
    'database_url_invalid',
  );
}

/** @throws UsageError where it is no port */
function portOf(environment: Environment): number {
  const text = variable(environment, 'PGPORT') ?? '5432';
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port > 0 && port < 65_536) return port;
  throw new UsageError(
    `PGPORT can't be ${JSON.stringify(text)}: a port is a number from 1 to 65535.`,
    'database_url_invalid',
  );
}

/** Gives `sslmode` libpq's meaning, as psql users expect; the driver warns about its own. */
function withLibpqTls(url: string): string {
  if (!/[?&]sslmode=/.test(url) || /[?&]uselibpqcompat=/.test(url)) return url;
  return `${url}&uselibpqcompat=true`;
}

/** The target as people may see it: without the password. */
function label(client: ClientConfig): string {
  const { USER, USERNAME } = process.env;
  const user = client.user ?? USER ?? USERNAME ?? '';
  const place = client.host?.startsWith('/')
    ? `socket ${client.host}`
    : `${client.host || 'localhost'}:${client.port ?? 5432}`;
  const database = client.database ?? user;
  const what = database === '' ? '' : `, database ${database}`;
  const who = user === '' ? '' : `, user ${user}`;
  return `PostgreSQL at ${place}${what}${who}`;
}
