import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { DatabaseError } from '../errors.js';
import { type Connecting, type Connection, connectTo } from './connection.js';
import { databaseFailure, lackingRight } from './failure.js';
import type { Level } from './levels.js';
import { checkSchema, migrate } from './migrate.js';
import { Session } from './session.js';
import { sqlText } from './sql.js';
import { watchSilence } from './silence.js';
import type { EmbeddedTarget, Target } from './target.js';

const retryEveryMs = 500;

/** How to say that something is happening, such as the first start of the embedded server. */
type Note = (message: string) => void;

/**
 * The database of a command: opens connections, and closes them all. The last command out asks
 * the embedded server to stop.
 */
export class Database {
  private sessions: Session[] = [];
  private first: Promise<Session> | null = null;
  /** The last of the main ones, which stands for this command at the embedded server. */
  private keeper: Session | null = null;
  private isDistributed: boolean | null = null;

  private constructor(
    /** The target as people may see it. */
    readonly label: string,
    /** The same, and which file named it, where somebody else may have put that there. */
    private readonly place: string,
    private readonly connect: (isFirst: boolean) => Promise<Connection>,
    readonly schema: string,
    private readonly leave: (client: Connection) => Promise<void>,
    /** Whether connections go through a network, in which they may get lost without a sign. */
    private readonly isRemote: boolean,
    private readonly connectTimeoutMs: number,
    private readonly level: Level,
  ) {}

  /**
   * Connects, and checks that the schema is there; the embedded server is migrated by itself.
   * @param again the words that name the same database and schema on a command line
   * @param level what the command needs, to be named where a right is lacking
   * @throws DatabaseError naming the target and the way out
   */
  static async open(
    target: Target,
    schema: string,
    note: Note,
    again: string,
    level: Level,
  ): Promise<Database> {
    const database = await Database.at(target, schema, note, level);
    try {
      const session = await database.main();
      if (target.kind === 'embedded') await migrate(session);
      else await checkSchema(session, again);
    } catch (error) {
      await database.close();
      throw databaseFailure(error, database.label);
    }
    return database;
  }

  /** The same without a look at the schema, for `db migrate` and `db info`. */
  static async at(
    target: Target,
    schema: string,
    note: Note,
    level: Level = 'viewer',
  ): Promise<Database> {
    if (target.kind === 'embedded') return Database.embedded(target, schema, note, level);
    const connect = () => connectTo(target.client, target);
    const leave = () => Promise.resolve();
    const { label, from, connectTimeoutMs } = target;
    // Whoever did not type the address has to know where it stands.
    const place = /\.(env|json)\b/.test(from) ? `${label} (named by ${from})` : label;
    return new Database(label, place, connect, schema, leave, true, connectTimeoutMs, level);
  }

  private static async embedded(target: EmbeddedTarget, schema: string, note: Note, level: Level) {
    const { embeddedFolders, firstStart } = await import('./embedded/folders.js');
    const { leaveEmbedded, releaseEmbedded } = await import('./embedded/stop.js');
    const { connectWithStart } = await import('./embedded/start.js');
    const folders = embeddedFolders(target.environment);
    const onFirstStart = (where: string) => note(firstStart(where));
    // The first connection stands for this command, as long as it lives.
    const how = { connectTimeoutMs: target.connectTimeoutMs, isTlsOptional: false };
    const connect = (isFirst: boolean) =>
      connectWithStart(
        folders,
        ({ host, port, user, database, password }) =>
          // Said outright, or PGSSLMODE of the environment would ask a Unix socket for TLS.
          (isFirst ? enter : connectTo)(
            { host, port, user, database, ssl: false, ...(password !== null && { password }) },
            how,
          ),
        { onFirstStart },
      );
    const leave = async (client: Connection) => {
      if (await leaveEmbedded(client)) await releaseEmbedded(folders);
    };
    const label = `embedded PostgreSQL (${folders.data})`;
    const { connectTimeoutMs } = how;
    return new Database(label, label, connect, schema, leave, false, connectTimeoutMs, level);
  }

  /** The connection that simple commands share; another one where it was lost. */
  async main(): Promise<Session> {
    const session = await (this.first ??= this.openMain());
    if (!session.isBroken) return session;
    // Others may have seen the same, and be at it.
    if (session === this.keeper) this.first = this.openMain();
    return this.first;
  }

  /** A failure is not kept: the next one who asks tries again. */
  private async openMain(): Promise<Session> {
    try {
      return (this.keeper = await this.openSession(true));
    } catch (error) {
      this.first = null;
      throw error;
    }
  }

  /**
   * A connection of its own after others were lost: tries for a while, as a server that restarts
   * is back in seconds.
   */
  async sessionAgain(forMs: number): Promise<Session> {
    const until = performance.now() + forMs;
    for (;;) {
      try {
        return await this.openSession(false);
      } catch (error) {
        if (performance.now() > until) throw error;
        await wait(retryEveryMs);
      }
    }
  }

  /** A connection of its own. */
  async session(): Promise<Session> {
    await this.main();
    return this.openSession(false);
  }

  private async openSession(isFirst: boolean): Promise<Session> {
    const client = await this.connect(isFirst).catch((error: unknown) => {
      throw databaseFailure(error, this.place);
    });
    const isDistributed = await this.askDistributed(client);
    const connect = () => this.connect(false);
    const session = new Session(client, this.schema, connect, isDistributed, this.level);
    // A service that outlasts many outages keeps no connection of before.
    this.sessions = this.sessions.filter(({ isBroken }) => !isBroken);
    this.sessions.push(session);
    if (this.isRemote) {
      watchSilence(session, { connect, connectTimeoutMs: this.connectTimeoutMs });
    }
    return session;
  }

  /** Asked once: a command that ran while products were distributed fails, and changes nothing. */
  private async askDistributed(client: Connection): Promise<boolean> {
    if (this.isDistributed !== null) return this.isDistributed;
    try {
      const text = sqlText('db/is_distributed', this.schema);
      const { rows } = await client.ask<{ distributed: boolean }>({ text });
      return (this.isDistributed = rows[0]!.distributed);
    } catch (error) {
      void client.end().catch(() => undefined);
      const { schema, level } = this;
      const place = { schema, level, user: client.user ?? 'the user' };
      throw databaseFailure(lackingRight(error, place), this.label);
    }
  }

  /** Closes every connection. Safe to call more than once, and after a failure. */
  async close(): Promise<void> {
    const { keeper } = this;
    const others = this.sessions.splice(0).filter((session) => session !== keeper);
    await Promise.all(others.map((session) => session.end()));
    if (!keeper) return;
    this.keeper = null;
    await this.leave(keeper.client).catch(() => undefined);
    await keeper.end();
  }
}

/** A connection to the embedded server that counts as a user of it. */
async function enter(config: pg.ClientConfig, how: Connecting): Promise<Connection> {
  const { enterEmbedded } = await import('./embedded/stop.js');
  const client = await connectTo(config, how);
  try {
    await enterEmbedded(client);
  } catch (error) {
    await client.end();
    throw error;
  }
  return client;
}

/** Reads what the server calls itself, such as `18.4`. */
export async function serverVersion(session: Session): Promise<string> {
  const { version } = await session.one<{ version: string }>('db/server_version');
  if (!version) throw new DatabaseError('The server does not say its version.');
  return version;
}
