import { UsageError } from '../errors.js';
import { type Content, Replay, unpackWithin } from './content.js';
import { refuseForeignBytes } from './foreign.js';
import { Container } from './xlsx/container.js';

/** So many files of an archive are looked at, and named. */
const maxLooked = 50;
const maxNamed = 10;

/** Files that archives have beside what they are sent for, by their names. */
const besides =
  /(^|\/)(__MACOSX\/|\.|Thumbs\.db$|desktop\.ini$|(read[ _-]?me|licen[sc]e|changelog|lies[ _-]?mich|lisez[ _-]?moi|leeme|leggimi|leia-?me)(\.|$))|\.md$|\/$/i;

const wayOut = 'If it is genuine, unpack it and load the file itself';

/** A file of an archive, as content of its own. */
export interface Member {
  content: Content;
  /** Bytes of the archive, as stored, that were read so far. */
  bytesRead(): number;
  close(): void;
}

/**
 * Opens the file of a zip archive that is the table.
 * @param path of the archive
 * @param wish the file's name; null where there is to be only one
 * @throws UsageError where there are several, none, or not this one
 */
export async function openMember(
  path: string,
  archive: Content,
  wish: string | null,
): Promise<Member> {
  let read = 0;
  const { place } = archive.stored;
  const container = await Container.open(path, place, (bytes) => (read += bytes), wayOut);
  try {
    const member = await choose(container, wish);
    const bytes = new Replay(container.read(member));
    const whole: Content = { ...archive, bytes, compressed: true, member };
    return {
      content: await unpackWithin(whole),
      bytesRead: () => Math.min(archive.stored.size ?? Infinity, Math.round(read)),
      close: () => container.close(),
    };
  } catch (error) {
    container.close();
    throw error;
  }
}

async function choose(container: Container, wish: string | null): Promise<string> {
  const names = container.partNames().filter((name) => !name.endsWith('/'));
  if (wish !== null) return named(container, wish, names);
  const likely = names.filter((name) => !besides.test(name) && container.sizeOf(name) > 0);
  // One alone is read, so that what is wrong with it is said.
  if (likely.length === 1) return likely[0]!;
  const tables: string[] = [];
  for (const name of likely.slice(0, maxLooked)) {
    if (await mayBeTable(container, name)) tables.push(name);
  }
  tables.push(...likely.slice(maxLooked));
  if (tables.length === 1) return tables[0]!;
  throw tables.length === 0 ? noTable(container, names) : several(container, tables);
}

function named(container: Container, wish: string, names: string[]): string {
  const found = names.filter((name) => name === wish || name.endsWith(`/${wish}`));
  const exact = found.find((name) => name === wish);
  if (exact !== undefined || found.length === 1) return exact ?? found[0]!;
  throw new UsageError(
    `${container.name}: --member ${wish}: the archive ${found.length > 1 ? 'has several files of this name' : 'has no such file'}. It holds ${listed(names)}.`,
    'member_missing',
  );
}

/** Whether a file is no picture, document or the like, by its beginning. */
async function mayBeTable(container: Container, name: string): Promise<boolean> {
  const bytes = new Replay(container.read(name));
  try {
    refuseForeignBytes(await bytes.peek(4096), name);
    return true;
  } catch (error) {
    if (error instanceof UsageError) return error.code !== 'format_foreign';
    throw error;
  } finally {
    await bytes.stop();
  }
}

function several({ name }: Container, tables: string[]): UsageError {
  return new UsageError(
    `${name}: the archive holds ${tables.length} files that may be meant: ${listed(tables)}. Say which with --member ${JSON.stringify(tables[0])}.`,
    'member_several',
  );
}

function noTable({ name }: Container, names: string[]): UsageError {
  const what =
    names.length === 0 ? 'is an empty ZIP archive' : 'is a ZIP archive without a table; it holds';
  const list = names.length === 0 ? '' : ` ${listed(names)}`;
  return new UsageError(`${name}: ${what}${list}.`, 'member_missing');
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, maxNamed).map((name) => JSON.stringify(name.slice(0, 100)));
  const more = names.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
