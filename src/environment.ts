import { existsSync, readFileSync, mkdirSync, statSync, type BigIntStats } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { join, dirname } from 'node:path';
import { parseEnv } from 'node:util';
import { UsageError } from './errors.js';

/** Environment variables, with those of a `.env` in the current folder below the exported ones. */
export interface Environment {
  exported: NodeJS.ProcessEnv;
  /** Only what says where the database is: somebody else may have filled the folder. */
  file: NodeJS.ProcessEnv;
  /** What the configuration file says where neither names a database or a schema. */
  config?: { database?: string; schema?: string };
}

/** Looked for in the current folder. */
export const configFileName = 'prodimport.config.json';

/**
 * Reads `.env` in `folder`; a folder without one gives nothing.
 * @throws UsageError where what it names would be passed over without a word, or may not be there
 */
export function readEnvironment(exported: NodeJS.ProcessEnv, folder: string): Environment {
  const text = readSettings(folder, '.env');
  if (text === null) return { exported, file: {} };
  const file = parseEnv(text);
  refuseUnset(text, file);
  refuseExportedOnly(file);
  const read = Object.entries(file).filter(([key]) => ofDatabase.test(key));
  return { exported, file: Object.fromEntries(read) };
}

const database = String.raw`DATABASE_URL|PG(?:HOST|PORT|DATABASE|USER|PASSWORD|SSLMODE)`;
const ofDatabase = new RegExp(`^(?:${database})$`);
/** Read from the exported environment alone: they name folders and say how things are done. */
const exportedOnly = /^(?:PRODIMPORT_\w+|PGOPTIONS|PGCONNECT_TIMEOUT)$/;
const ours = String.raw`(?:${database}|PRODIMPORT_\w+)`;
/** A line that names a variable of ours and gives it no value, as `DATABASE_URL: …` does. */
const withoutValue = new RegExp(`^[ \\t]*(?:export[ \\t]+)?(${ours})\\b(?![ \\t]*=)`, 'm');
/** To Node a line without the sign is the beginning of the next name, which is lost with it. */
const swallowed = new RegExp(`\\n(${ours})$`);

/** A folder that somebody else filled must not choose where we write, or whose programs we start. */
function refuseExportedOnly(file: NodeJS.ProcessEnv): void {
  const name = Object.keys(file).find((key) => exportedOnly.test(key));
  if (name === undefined) return;
  throw new UsageError(
    `.env names ${name}, which is not read from there: .env only says where the database is (DATABASE_URL, PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD, PGSSLMODE). Take it out, and export it instead: export ${name}=…`,
    'settings_refused',
  );
}

function refuseUnset(text: string, file: NodeJS.ProcessEnv): void {
  const lost = Object.keys(file).map((key) => swallowed.exec(key)?.[1]);
  const name = withoutValue.exec(text)?.[1] ?? lost.find((each) => each !== undefined);
  if (name === undefined) return;
  throw new UsageError(
    `.env gives ${name} no value: it, or the line above it, has no "=". Write NAME=value, or # in front of what is none.`,
    'settings_unreadable',
  );
}

/**
 * The text of a file of settings, without the mark that Windows puts first; null for no file.
 * @throws UsageError where it can't be read
 */
export function readSettings(folder: string, name: string): string | null {
  const path = join(folder, name);
  if (!existsSync(path)) return null;
  try {
    const text = readFileSync(path, 'utf8');
    if (text.includes('\0')) throw new Error('it is not UTF-8');
    return text.replace(/^\ufeff/, '');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EISDIR' ? 'it is a folder' : message;
    throw new UsageError(
      `${name} can't be read: ${why}. Put it right, or run this in another folder.`,
      'settings_unreadable',
      { cause: error },
    );
  }
}

/** One variable, the exported one first. An empty one counts as not set. */
export function variable(environment: Environment, name: string): string | null {
  return environment.exported[name] || environment.file[name] || null;
}

/**
 * The schema that is named, and where: `--schema` > exported PRODIMPORT_SCHEMA > the configuration
 * file > the one that needs no name.
 */
export function namedSchema(
  flag: string | undefined,
  { exported, config }: Environment,
): { name: string; from: string } {
  const key = 'PRODIMPORT_SCHEMA';
  if (flag !== undefined) return { name: flag, from: 'command line' };
  if (exported[key]) return { name: exported[key], from: key };
  if (config?.schema !== undefined) return { name: config.schema, from: configFileName };
  return { name: 'prodimport', from: 'default' };
}

/** Whether a process of that number runs here: also true of a zombie, and of other users' ones. */
export function isAlive(pid: number): boolean {
  // 0 and below mean groups, of which this process may be one.
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Makes a folder and those above it. Node's own way spins for ever, deaf to signals, where a system
 * says that there is no such folder but will not make one either (below /proc, say).
 * @returns the first that was made; null where all were there
 * @throws what the file system throws
 */
export function makeFolder(path: string, mode?: number): string | null {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return null;
  const above = dirname(path);
  const first = above === path ? null : makeFolder(above);
  try {
    mkdirSync(path, { mode });
    return first ?? path;
  } catch (error) {
    // Another command may have made it meanwhile.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return first;
    throw error;
  }
}

/** Whether both are one file. Numbers of Windows' files are longer than what a double holds. */
export function isSameFile(one?: Identity | null, other?: Identity | null): boolean {
  return !!one && !!other && one.ino === other.ino && one.dev === other.dev;
}

type Identity = Pick<BigIntStats, 'ino' | 'dev'>;

/** What Windows says of a file, or of a folder with one, that another program has open. */
const inUse = new Set(['EACCES', 'EBUSY', 'EPERM']);
const longestPauseMs = 1000;

/**
 * Moves or removes what may be in use. On Windows a scanner for viruses looks into each new file,
 * and what it has open can't be moved: that passes within a second or two. Elsewhere one try tells.
 * @throws what the last try throws
 */
export function whenReleased<T>(attempt: () => T, platform: string = process.platform): T {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let pauseMs = 8; ; pauseMs *= 2) {
    try {
      return attempt();
    } catch (error) {
      const isPassing = inUse.has((error as NodeJS.ErrnoException).code ?? '');
      if (platform !== 'win32' || !isPassing || pauseMs > longestPauseMs) throw error;
      Atomics.wait(pause, 0, 0, pauseMs);
    }
  }
}

const committed = new WeakSet<AbortSignal>();

/** Notes that what this signal would have rolled back is committed: it comes too late from now on. */
export function noteCommit(signal: AbortSignal): void {
  committed.add(signal);
}

export function isCommitted(signal: AbortSignal): boolean {
  return committed.has(signal);
}

/** The name of the user; a number that the machine has no name for, as in a container. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'somebody');
  }
}

/** The user and the machine, as far as they are known. */
export function runBy(): string {
  return `${userName()}@${hostname()}`;
}

/** The user's own folder; the top of all where HOME is not set and the machine knows no such user. */
export function homeOf({ HOME }: NodeJS.ProcessEnv = process.env): string {
  try {
    return HOME || homedir();
  } catch {
    return '/';
  }
}
