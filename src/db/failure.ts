import pg from 'pg';
import {
  DatabaseError,
  FailedError,
  redact,
  RefusedError,
  RunError,
  shellWord,
} from '../errors.js';
import type { Level } from './levels.js';
import { defaultSchema } from './sql.js';

/** What an SQLSTATE means, for those with a way out of their own. */
const advice: Record<string, string> = {
  '28P01':
    'The password was refused. Set PGPASSWORD where the address is set (the environment, or .env), use ~/.pgpass, or put it into the URL.',
  '28000': 'The server refuses this user or host (see pg_hba.conf).',
  '3D000': 'Create it first, with `createdb` for example.',
  '53300': 'The server has no connection left. A load needs two; wait, or raise max_connections.',
  '42501': 'The user lacks that right, which an administrator of the server has to grant.',
  '22P05': 'The database keeps its text in another encoding than UTF8, which lacks that character.',
  '25006': 'The server is read-only (a standby?). Connect to the primary.',
  '53100': 'The disk of the server is full.',
  '57014': 'The server cancelled the statement (a statement_timeout?).',
  '25P03': 'The server ends idle transactions too soon: raise idle_in_transaction_session_timeout.',
  '57P01': 'The server was stopped or restarted. Try again once it is back.',
  '57P02': 'The server crashed. Try again once it is back.',
  '57P03': 'The server is starting or stopping. Try again once it is back.',
  no_password:
    'The server wants a password. Set PGPASSWORD where the address is set (the environment, or .env), use ~/.pgpass, or put it into the URL.',
  no_tls: 'It takes no TLS: leave sslmode (PGSSLMODE) out, or have TLS switched on there.',
  not_postgresql: 'What listens there does not answer as PostgreSQL does: are host and port right?',
  ECONNREFUSED: 'Nothing listens there: is the server running, and are host and port right?',
  ENOENT: 'There is no such socket: is the server running, and is its folder right?',
  ENOTFOUND: 'The host is not known: check its name.',
  ETIMEDOUT: 'Check the network and the server, then try again.',
  ECONNRESET: 'The connection was cut: check the network and the server, then try again.',
};

/** What the driver says itself, without a code, and what it is called here. */
const sentences: [pattern: RegExp, code: string][] = [
  [/^SASL: .* password must be/, 'no_password'],
  [/^The server does not support SSL/, 'no_tls'],
  [/^Unexpected answer: /, 'not_postgresql'],
  [/^Query read timeout/, 'ETIMEDOUT'],
  [/^(SASL|Connection terminated|timeout expired|Client has encountered)/, 'connection_lost'],
];

/** Classes of SQLSTATE in which the data or the user's own rules failed, not the database. */
const dataClasses = new Set(['21', '22', '23', '27', '44', 'P0']);

const insufficientPrivilege = '42501';

/** The SQLSTATE of a wait for a lock that came to its limit. */
export const lockNotAvailable = '55P03';

/** Whether this error comes from the database or from the way to it. */
export function isDatabaseFailure(error: unknown): error is Error & { code?: string } {
  return (
    error instanceof pg.DatabaseError ||
    (error instanceof Error &&
      (/^E(CONN|PIPE|HOST|NET|TIMEDOUT|AI_)/.test(String((error as { code?: string }).code)) ||
        (error as { code?: string }).code === 'ENOTFOUND' ||
        // A socket that is not there, whose file any other step could miss as well.
        (error as NodeJS.ErrnoException).syscall === 'connect' ||
        codeOf(error) !== null))
  );
}

/** Whether the server takes no TLS. */
export function lacksTls(error: unknown): boolean {
  return error instanceof Error && codeOf(error) === 'no_tls';
}

function codeOf({ message }: Error): string | null {
  return sentences.find(([pattern]) => pattern.test(message))?.[1] ?? null;
}

/**
 * Makes a run error of whatever the driver throws: exit 1 where the data or a rule of the user's
 * own failed, exit 4 where a wait for a lock came to its limit, exit 5 where the database can't be
 * reached or refuses.
 */
export function databaseFailure(error: unknown, label: string): unknown {
  if (error instanceof RunError || !isDatabaseFailure(error)) return error;
  const code = error.code ?? codeOf(error) ?? 'connection_lost';
  const said = redact(error.message);
  if (error instanceof pg.DatabaseError && dataClasses.has(code.slice(0, 2))) {
    const place = [error.table && `table ${error.table}`, error.constraint, error.detail]
      .filter(Boolean)
      .join(', ');
    return new FailedError(
      `The database rejected the change: ${said}${place ? ` (${redact(place)})` : ''}. Products are unchanged.`,
      `sql_${code}`,
      { cause: error },
    );
  }
  if (code === lockNotAvailable) {
    return new RefusedError(
      `${label}: ${said}. Another session holds a lock for longer than --wait (or lock_timeout) allows; nothing was changed. Try again, or see who it is in pg_locks.`,
      'locked',
      { cause: error },
    );
  }
  const sentence = error instanceof pg.DatabaseError ? ofServer(code, said) : ofDriver(error, code);
  return new DatabaseError(`${label}: ${sentence}`, `sql_${code}`, { cause: error });
}

/** What a server says comes first. */
function ofServer(code: string, said: string): string {
  const lost = /^(08|57P)/.test(code) ? advice.ECONNRESET : 'Check with `prodimport db info`.';
  return `${said}. ${advice[code] ?? lost}`;
}

/** Words of the driver and of the system stand under --debug, where we have better ones. */
function ofDriver({ message }: Error, code: string): string {
  const known = advice[code];
  // Our own words, of src/db/silence.ts.
  if (message.startsWith('The connection has been silent')) return `${message}. ${known}`;
  if (known !== undefined && code !== 'not_postgresql') return known;
  const isJargon = message.startsWith('SASL');
  return `${known ?? advice.ECONNRESET}${isJargon ? '' : ` (${redact(message)})`}`;
}

/** Whose right is lacking, in which schema, and what the command needs. */
interface Place {
  schema: string;
  user: string;
  level: Level;
}

/** What to do where the server denies a right. */
export function lackingRight(error: unknown, place: Place): unknown {
  if (!isSqlState(error, insufficientPrivilege)) return error;
  const said = (error as Error).message;
  const message = `${said}. ${wayToRight(error as pg.DatabaseError, place)}`;
  return new DatabaseError(message, `sql_${insufficientPrivilege}`, { cause: error });
}

function wayToRight({ message, where }: pg.DatabaseError, place: Place): string {
  if (message.includes('row-level security')) {
    return `The policies of that table don't let ${place.user} write such a row: is its owner the right one (see --owner)?`;
  }
  if (where && /function/.test(where)) {
    return `That is a function of a trigger or policy (${where.split('\n')[0]}): grant ${place.user} what it needs.`;
  }
  const [, database] = /^permission denied for database "?([^"]+)"?$/.exec(message) ?? [];
  if (database !== undefined) {
    return `Have its owner run \`grant create on database ${database} to ${place.user}\`.`;
  }
  return grantAdvice(place);
}

/** The command that gives what is lacking. */
export function grantAdvice({ schema, user, level }: Place): string {
  const where = schema === defaultSchema ? '' : ` --schema ${shellWord(schema)}`;
  return `Have the owner of the schema run \`prodimport db grant ${shellWord(user)} --as ${level}${where}\`.`;
}

/**
 * The failure of a write of which the server says that it did not do it.
 * @param what was to be written, such as `SKU A-1`
 */
export function suppressed(what: string): FailedError {
  return new FailedError(
    `The database did not write ${what}: a trigger, a rule or the row security of its own kept it from doing so. Nothing was changed. \`\\d prodimport.products\` in psql lists them: change it, or disable it meanwhile.`,
    'write_suppressed',
  );
}

/** The failure of a change that others did not let be, again and again. */
export function overtaken(): FailedError {
  return new FailedError(
    'Other sessions were changing the same products meanwhile. Nothing was changed: stop what else writes to prodimport.products, and try again.',
    'changed_meanwhile',
  );
}

/** On a cluster nobody may look at the shards for others in the transaction that fills staging. */
export function hiddenOnCluster(): DatabaseError {
  return new DatabaseError(
    'Row security may hide products from this user, and on a cluster a load can not tell a hidden product from a new one. Nothing was changed. Load as the owner of the tables, with --owner for the tenant whose file it is.',
    'row_security_on_cluster',
  );
}

/** Whether the connection broke, so that nobody knows what the server has heard or done. */
export function isConnectionLost(error: unknown): boolean {
  const said = error instanceof RunError ? error.cause : error;
  if (!isDatabaseFailure(said)) return false;
  return !(said instanceof pg.DatabaseError) || /^(08|57P)/.test(said.code ?? '');
}

/** Whether the server answered with this SQLSTATE. */
export function isSqlState(error: unknown, state: string): boolean {
  const said = error instanceof RunError ? error.cause : error;
  return said instanceof pg.DatabaseError && said.code === state;
}
