import type { ClientConfig } from 'pg';
import connectionString from 'pg-connection-string';
import { configFileName, variable, type Environment } from '../config.js';
import { UsageError } from '../errors.js';

/** Which database to talk to, and how it was found. */
export type Target =
  | { kind: 'server'; client: ClientConfig; label: string; from: string }
  | { kind: 'embedded'; environment: NodeJS.ProcessEnv; from: string };

/**
 * `--database` > exported DATABASE_URL > exported PGHOST or PGDATABASE > the same from `.env` >
 * the configuration file > the embedded server.
 * @throws UsageError for something that is no PostgreSQL URL
 */
export function chooseTarget(flag: string | null, environment: Environment): Target {
  if (flag) return fromUrl(flag, '--database');
  for (const [from, variables] of [
    ['the environment', environment.exported],
    ['.env', environment.file],
  ] as const) {
    if (variables.DATABASE_URL) return fromUrl(variables.DATABASE_URL, `DATABASE_URL in ${from}`);
    if (variables.PGHOST || variables.PGDATABASE) return fromVariables(environment, from);
  }
  const { database } = environment.config ?? {};
  if (database) return fromUrl(database, `"database" in ${configFileName}`);
  const home = variable(environment, 'PRODIMPORT_HOME');
  return {
    kind: 'embedded',
    environment: { ...environment.exported, ...(home ? { PRODIMPORT_HOME: home } : {}) },
    from: 'no database named',
  };
}

function fromUrl(url: string, from: string): Target {
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
  return { kind: 'server', client, label: label(client), from };
}

function fromVariables(environment: Environment, from: string): Target {
  const client: ClientConfig = {
    host: variable(environment, 'PGHOST') ?? undefined,
    port: Number(variable(environment, 'PGPORT') ?? 5432),
    database: variable(environment, 'PGDATABASE') ?? undefined,
    user: variable(environment, 'PGUSER') ?? undefined,
    password: variable(environment, 'PGPASSWORD') ?? undefined,
    options: variable(environment, 'PGOPTIONS') ?? undefined,
  };
  const ssl = variable(environment, 'PGSSLMODE');
  if (ssl && ssl !== 'disable' && ssl !== 'prefer' && ssl !== 'allow') {
    client.ssl = { rejectUnauthorized: ssl === 'verify-ca' || ssl === 'verify-full' };
  }
  return { kind: 'server', client, label: label(client), from: `PG* variables of ${from}` };
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
