import { DatabaseError, NotFoundError, RefusedError, shellWord } from '../errors.js';
import { grantAdvice } from './failure.js';
import { levels, oneOf, type Level } from './levels.js';
import type { Session } from './session.js';
import { identifier } from './sql.js';

/** Who owns the schema, and what a role may do in it. */
interface Standing {
  owner: string;
  isOwnedBySuperuser: boolean;
  mayGrant: boolean;
  isThere: boolean;
  /** Or a superuser, who may do anything anyway. */
  isOwnerItself: boolean;
  isMember: boolean;
  mayConnect: boolean;
  mayStage: boolean;
  level: Level | null;
}

/** What a role may do, before and after it was granted something; null for nothing. */
export interface Granted {
  before: Level | null;
  after: Level | null;
}

/**
 * Grants a role what the commands of a level need, and takes back what is more, in one transaction.
 * @throws NotFoundError where there is no such role · RefusedError for one that can't have less ·
 *   DatabaseError where the user may not grant
 */
export async function grantLevel(session: Session, role: string, level: Level): Promise<Granted> {
  return session.transaction(async () => {
    await session.query('grant/lock');
    const standing = await describe(session, role);
    check(standing, role, level, session);
    const { isOwnerItself, isMember, owner } = standing;
    if (!isOwnerItself) {
      await grant(session, 'nothing', role);
      if (level === 'owner') await makeOwner(session, role, standing);
      else if (isMember)
        await session.perform(`revoke ${identifier(owner)} from ${identifier(role)}`);
      if (level !== 'owner') await grantUpTo(session, role, level, session.isDistributed);
      await openDatabase(session, role, level, standing);
    }
    return { before: standing.level, after: (await describe(session, role)).level };
  });
}

/**
 * Grants, in a transaction, what a migration or `db distribute` has added to those who were granted a
 * level before.
 */
export async function grantAgain(
  transaction: Session,
  isDistributed = transaction.isDistributed,
): Promise<void> {
  const granted = await transaction.query<{ role: string; level: number }>('grant/list');
  for (const { role, level } of granted) {
    await grantUpTo(transaction, role, levels[level - 1]!, isDistributed);
  }
}

/**
 * Makes a transaction that changes the tables of a cluster act as their owner: what functions of the
 * owner's do to the shards, Citus lets no other role go on with until the transaction ends.
 * @param what such as `change fields`
 * @throws DatabaseError where the user is not the owner, nor a member of that role
 */
export async function actAsOwner(transaction: Session, what: string): Promise<void> {
  await transaction.query('db/act_as_owner');
  const { owner, role, isOwner } = await transaction.one<Acting>('grant/is_owner');
  if (isOwner) return;
  throw new DatabaseError(
    `On a cluster only ${owner}, who owns the tables, and members of that role may ${what}. Run it as ${owner}, or have ${owner} run \`prodimport db grant ${shellWord(role)} --as owner\`.`,
    'right_missing',
  );
}

interface Acting {
  owner: string;
  role: string;
  isOwner: boolean;
}

/**
 * Refuses what only an operator may: to the database a change by hand looks like one of a load.
 * @param what such as `change products by hand`
 * @param whose what a role may do that is no operator, if it is this one
 */
export async function requireOperator(
  session: Session,
  what: string,
  whose: string | null = null,
): Promise<void> {
  const { role, isOperator } = await session.one<{ role: string; isOperator: boolean }>(
    'grant/is_operator',
  );
  if (isOperator || role === whose) return;
  const advice = grantAdvice({ schema: session.schema, user: role, level: 'operator' });
  throw new DatabaseError(`${role} may not ${what}. ${advice}`, 'right_missing');
}

function describe(session: Session, role: string): Promise<Standing> {
  return session.one<Standing>('grant/describe', [role]);
}

function check(standing: Standing, role: string, level: Level, { schema }: Session): void {
  const { owner, mayGrant, isThere, isOwnerItself } = standing;
  if (!mayGrant) {
    throw new DatabaseError(
      `Only ${owner}, who owns the tables of schema ${schema}, or a superuser can grant rights on them: run it as one of them.`,
      'right_missing',
    );
  }
  if (!isThere) {
    throw new NotFoundError(
      `There is no role ${role} on this server. Make it first: \`create role ${identifier(role)} login\` in psql (\\du lists those there are).`,
      'role_not_found',
    );
  }
  if (!isOwnerItself || level === 'owner') return;
  throw new RefusedError(
    `${role} ${role === owner ? 'owns the tables' : 'is a superuser'}, and may do everything whatever it is granted. Make a role of its own for ${oneOf(level)}. Nothing was changed.`,
    'role_is_owner',
  );
}

/** A member of the owner's role; but a superuser's must not be handed on, so that one hands over. */
async function makeOwner(session: Session, role: string, standing: Standing): Promise<void> {
  const { owner, isOwnedBySuperuser, isMember } = standing;
  if (!isOwnedBySuperuser) {
    if (!isMember) await session.perform(`grant ${identifier(owner)} to ${identifier(role)}`);
    return;
  }
  const statements = await session.query<{ statement: string }>('grant/list_owned', [role]);
  for (const { statement } of statements) await session.perform(statement);
}

async function grantUpTo(
  session: Session,
  role: string,
  level: Level,
  isDistributed: boolean,
): Promise<void> {
  const { is_open } = await session.one<{ is_open: boolean }>('grant/is_view_open');
  await grant(session, 'viewer', role);
  await grant(session, is_open ? 'no_catalogue' : 'catalogue', role);
  if (level === 'viewer') return;
  await grant(session, 'loader', role);
  if (isDistributed) await grant(session, 'staging', role);
  if (level === 'operator') await grant(session, 'operator', role);
}

async function grant(session: Session, what: string, role: string): Promise<void> {
  const parts = { role: identifier(role), schema: identifier(session.schema) };
  await session.query(`grant/${what}`, [], parts);
}

/** Everybody may connect and make temporary tables, unless an administrator has taken that away. */
async function openDatabase(
  session: Session,
  role: string,
  level: Level,
  { mayConnect, mayStage }: Standing,
): Promise<void> {
  const rights = [!mayConnect && 'connect', level !== 'viewer' && !mayStage && 'temporary'];
  const database = identifier(session.client.database ?? '');
  for (const right of rights.filter(Boolean)) {
    await session.perform(`grant ${right} on database ${database} to ${identifier(role)}`);
  }
}
