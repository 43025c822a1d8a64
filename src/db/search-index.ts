import { DatabaseError } from '../errors.js';
import { isSqlState } from './failure.js';
import { identifier } from './sql.js';
import type { Session } from './session.js';

interface Trigrams {
  schema: string;
  is_used: boolean;
}

/**
 * What searching by its index needs.
 * @returns the schema of the extension's functions, as it stands in a statement; null without index
 */
export async function searchSchema(session: Session): Promise<string | null> {
  const found = await findTrigrams(session);
  return found?.is_used ? identifier(found.schema) : null;
}

/**
 * Makes the trigram index for `product list --search`; whoever writes products waits meanwhile.
 * @returns whether it was not there yet
 * @throws DatabaseError where the extension pg_trgm is missing or may not be created
 */
export async function createSearchIndex(session: Session): Promise<boolean> {
  if ((await findTrigrams(session))?.is_used) return false;
  try {
    await session.query('db/create_trigrams');
  } catch (error) {
    throw noTrigrams(error);
  }
  const { schema } = (await findTrigrams(session))!;
  await session.query('db/create_search_index', [], { trigrams: identifier(schema) });
  await session.query('db/analyze_products');
  return true;
}

/** @returns whether there was one */
export async function dropSearchIndex(session: Session): Promise<boolean> {
  if (!(await findTrigrams(session))?.is_used) return false;
  await session.query('db/drop_search_index');
  return true;
}

async function findTrigrams(session: Session): Promise<Trigrams | undefined> {
  return (await session.query<Trigrams>('db/find_trigrams'))[0];
}

const insufficientPrivilege = '42501';
/** There is no schema `public`: where extensions go then, an administrator has to say. */
const noSuchSchema = '3F000';
/** Of the extension's control file, or of the feature itself. */
const missingStates = ['58P01', '0A000', '22023'];

function noTrigrams(error: unknown): unknown {
  const searchWorks = 'Searching works without the index, only slower.';
  if (isSqlState(error, insufficientPrivilege) || isSqlState(error, noSuchSchema)) {
    return new DatabaseError(
      `The search index needs the extension pg_trgm, which this user may not create. Ask an administrator to run \`create extension pg_trgm\` in this database, then run this again. ${searchWorks}`,
      'trigrams_denied',
      { cause: error },
    );
  }
  if (!missingStates.some((state) => isSqlState(error, state))) return error;
  return new DatabaseError(
    `The search index needs the extension pg_trgm, which this server does not have. Install PostgreSQL's contrib package (such as postgresql-contrib) there, then run this again. ${searchWorks}`,
    'trigrams_missing',
    { cause: error },
  );
}
