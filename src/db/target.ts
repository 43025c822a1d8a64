import type { ClientConfig } from 'pg';
import connectionString from 'pg-connection-string';
import { configFileName, embeddedVariables, variable, type Environment } from '../config.js';
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

interface EmbeddedTarget {
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
  if (flag) return fromUrl(flag, '--database', environment);
  for (const [from, variables] of [
    ['the environment', environment.exported],
    ['.env', environment.file],
  ] as const) {
    const { DATABASE_URL: url } = variables;
    if (url) return fromUrl(url, `DATABASE_URL in ${from}`, environment);
    if (variables.PGHOST || variables.PGDATABASE) return fromVariables(environment, from);
  }
  const { database } = environment.config ?? {};
  if (database) return fromUrl(database, `"database" in ${configFileName}`, environment);
  return {
    kind: 'embedded',
    environment: embeddedVariables(environment),
    connectTimeoutMs: connectTimeoutMs(environment),
    from: 'no database named',
  };
}

function fromUrl(url: string, from: string, environment: Environment): ServerTarget {
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
      `${from} can't be read as a PostgreSQL URL. Special characters in user and password must be percent-encoded.`,
      'database_url_invalid',
      { cause: error },
    );
  }
  const mode = /[?&]sslmode=([^&]*)/.exec(url)?.[1] ?? null;
  return toServer(client, from, mode, environment);
}

function fromVariables(environment: Environment, from: string): ServerTarget {
  const client: ClientConfig = {
    host: variable(environment, 'PGHOST') ?? undefined,
    port: Number(variable(environment, 'PGPORT') ?? 5432),
    database: variable(environment, 'PGDATABASE') ?? undefined,
    user: variable(environment, 'PGUSER') ?? undefined,
    password: variable(environment, 'PGPASSWORD') ?? undefined,
    options: variable(environment, 'PGOPTIONS') ?? undefined,
  };
  return toServer(client, `PG* variables of ${from}`, null, environment);
}

/** @param askedMode the `sslmode` that its URL has; null where it leaves that to PGSSLMODE */
function toServer(
  client: ClientConfig,
  from: string,
  askedMode: string | null,
  environment: Environment,
): ServerTarget {
  const mode = askedMode ?? variable(environment, 'PGSSLMODE') ?? 'disable';
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

/** The driver parses PGCONNECT_TIMEOUT, but does not apply it. */
function connectTimeoutMs(environment: Environment): number {
  const seconds = Number(variable(environment, 'PGCONNECT_TIMEOUT'));
  return seconds > 0 ? seconds * 1000 : defaultConnectTimeoutMs;
}

/** Gives `sslmode` libpq's meaning, as psql users expect; the driver warns about its own. */
function withLibpqTls(url: string): string {
  if (!/[?&]sslmode=/.test(url) || /[?&]uselibpqcompat=/.test(url)) return url;
  return `${url}&uselibpqcompat=true`;
}

/** The target as people may see it: without the password. */
function label(client: ClientConfig): string {
  const user = client.user ?? process.env.USER ?? '';
  const place = client.host?.startsWith('/')
    ? `socket ${client.host}`
    : `${client.host ?? 'localhost'}:${client.port ?? 5432}`;
  const who = user === '' ? '' : `, user ${user}`;
  return `PostgreSQL at ${place}, database ${client.database ?? user}${who}`;
}
