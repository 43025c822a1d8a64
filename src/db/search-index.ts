import { DatabaseError } from '../errors.js';
import { isSqlState } from './failure.js';
import type { Session } from './session.js';

/** Whether searching has its index. */
export async function hasSearchIndex(session: Session): Promise<boolean> {
  return (await session.one<{ present: boolean }>('db/has_search_index')).present;
}

/**
 * Makes the trigram index behind `product list --search`; whoever writes products waits meanwhile.
 * @returns whether it was not there yet
 * @throws DatabaseError where the extension pg_trgm is missing or may not be created
 */
export async function createSearchIndex(session: Session): Promise<boolean> {
  if (await hasSearchIndex(session)) return false;
  try {
    await session.query('db/create_trigrams');
  } catch (error) {
    throw noTrigrams(error);
  }
  await session.query('db/create_search_index').catch((error: unknown) => {
    throw isSqlState(error, undefinedFunction) ? notInSearchPath(error) : error;
  });
  await session.query('db/analyze_products');
  return true;
}

/** @returns whether there was one */
export async function dropSearchIndex(session: Session): Promise<boolean> {
  if (!(await hasSearchIndex(session))) return false;
  await session.query('db/drop_search_index');
  return true;
}

const undefinedFunction = '42883';
const insufficientPrivilege = '42501';
/** Of the extension's control file, or of the feature itself. */
const missingStates = ['58P01', '0A000', '22023'];

function noTrigrams(error: unknown): unknown {
  const searchWorks = 'Searching works without the index, only slower.';
  if (isSqlState(error, insufficientPrivilege)) {
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

function notInSearchPath(error: unknown): DatabaseError {
  return new DatabaseError(
    'The extension pg_trgm is in a schema that this user does not search. Add it to search_path (`alter role … set search_path = …`), then run this again.',
    'trigrams_hidden',
    { cause: error },
  );
}
