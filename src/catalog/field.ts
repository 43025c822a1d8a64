import { lockFields, lockProducts } from '../db/lock.js';
import { actAsOwner } from '../db/rights.js';
import type { Session } from '../db/session.js';
import { FailedError, NotFoundError, RefusedError } from '../errors.js';
import type { FieldDefinition } from '../product/field.js';
import {
  convertToField,
  convertToText,
  storedKeys,
  type Conversion,
  type ConvertOptions,
  type StoredKey,
} from './convert.js';
import type { DateOrder } from '../product/field-reading.js';
import { columnType, makeIndex, refuseViews } from './view.js';

export function listFields(session: Session): Promise<FieldDefinition[]> {
  return session.query<FieldDefinition>('field/list');
}

/** @throws NotFoundError naming the fields there are */
export function fieldNamed(fields: readonly FieldDefinition[], name: string): FieldDefinition {
  const field = fields.find((each) => each.name === name.toLowerCase());
  if (field) return field;
  const known = fields.map((each) => each.name).join(', ');
  throw new NotFoundError(
    `There is no field ${name}. ${known === '' ? 'There is none at all yet: see `prodimport field add`' : `There are ${known}`}.`,
    'field_not_found',
  );
}

export interface FieldChange {
  waitMs: number;
  signal: AbortSignal;
  dateOrder: DateOrder;
  /** Whether nothing is to be changed where a stored value does not fit. */
  strict: boolean;
  /** Whether values may be changed that nobody knew of when they were asked about. */
  asked: boolean;
}

/** A field to be added, and where values of it are stored, see `storedKeys`. */
export interface NewField {
  field: FieldDefinition;
  keys: readonly StoredKey[];
}

/**
 * Adds fields, and converts what is stored under their names, all in one transaction.
 * @throws FailedError where there is one of such a name · RefusedError where a value does not fit and
 *   `strict` is asked for, or somebody else holds the catalogue for too long
 */
export async function addFields(
  session: Session,
  added: readonly NewField[],
  change: FieldChange,
): Promise<Conversion[]> {
  const converted = await changeFields(session, change, async (fields) => {
    const names = new Set(fields.map(({ name }) => name));
    const conversions: Conversion[] = [];
    for (const { field, keys } of added) {
      if (names.has(field.name)) throw fieldExists(field.name);
      names.add(field.name);
      await session.write('field/add', valuesOf(field), 1, `the field ${field.name}`);
      conversions.push(await convert(session, field, keys, { ...change, before: null }));
      if (field.isIndexed) await makeIndex(session, field);
    }
    await session.query('field/show');
    return conversions;
  });
  if (added.some(({ field }) => field.isIndexed)) await learnValues(session);
  return converted;
}

/**
 * Changes what a field is, and converts its values where it has another type.
 * @throws see `addFields`; NotFoundError where there is none
 */
export async function updateField(
  session: Session,
  field: FieldDefinition,
  keys: readonly StoredKey[],
  change: FieldChange,
): Promise<Conversion> {
  const converted = await changeFields(session, change, async (fields) => {
    const before = fieldNamed(fields, field.name);
    const isOther = columnType(before) !== columnType(field);
    if (isOther) await refuseViews(session, `change the type of ${field.name}`);
    // Not to be kept up while values change.
    if (before.isIndexed && isOther) await makeIndex(session, { ...before, isIndexed: false });
    await session.write('field/update', valuesOf(field), 1, `the field ${field.name}`);
    const conversion = readsValues(before, field)
      ? await convert(session, field, keys, { ...change, before })
      : { converted: 0, unfit: 0, examples: [] };
    if (isOther || before.isIndexed !== field.isIndexed) await makeIndex(session, field);
    if (isOther) await session.query('field/show');
    return conversion;
  });
  if (field.isIndexed) await learnValues(session);
  return converted;
}

/** Whoever does not own the products leaves that to the server, which does it by and by. */
async function learnValues(session: Session): Promise<void> {
  await session.query('db/analyze_products');
}

/** Whether a change of a field asks for a look at what is stored: another index alone does not. */
export function readsValues(
  before: FieldDefinition,
  { isIndexed, ...rules }: FieldDefinition,
): boolean {
  return JSON.stringify({ ...rules, isIndexed }) !== JSON.stringify({ ...before, isIndexed });
}

/**
 * Forgets a field; its values become texts.
 * @returns how many products had a value that was none
 */
export async function removeField(
  session: Session,
  name: string,
  change: FieldChange,
): Promise<number> {
  return changeFields(session, change, async (fields) => {
    const field = fieldNamed(fields, name);
    await refuseViews(session, `remove ${field.name}`);
    if (field.isIndexed) await makeIndex(session, { ...field, isIndexed: false });
    await session.write('field/remove', [field.name], 1, `the end of the field ${field.name}`);
    const converted = await convertToText(session, field, change.signal);
    await session.query('field/show');
    return converted;
  });
}

/** @throws FailedError where there is a field of such a name: before anybody is asked anything */
export async function refuseTaken(session: Session, names: readonly string[]): Promise<void> {
  const taken = (await listFields(session)).find(({ name }) => names.includes(name));
  if (taken) throw fieldExists(taken.name);
}

/** One at a time, while no load relies on the fields and nobody changes products. */
async function changeFields<Result>(
  session: Session,
  { waitMs, signal }: FieldChange,
  work: (fields: readonly FieldDefinition[]) => Promise<Result>,
): Promise<Result> {
  return session.transaction(async () => {
    if (session.isDistributed) await actAsOwner(session, 'change fields');
    await lockFields(session, waitMs);
    await lockProducts(session, waitMs);
    await session.query('field/create_converted');
    return work(await listFields(session));
  }, signal);
}

async function convert(
  transaction: Session,
  field: FieldDefinition,
  keys: readonly StoredKey[],
  { before, dateOrder, signal, strict, asked }: FieldChange & ConvertOptions,
): Promise<Conversion> {
  const now = await storedKeys(transaction, field);
  if (!asked && now.some(({ key }) => !keys.some((known) => known.key === key))) {
    throw new RefusedError(
      'Somebody stored such values in this moment. Nothing was changed: run it again.',
      'values_new',
    );
  }
  const conversion = await convertToField(transaction, field, now, { before, dateOrder, signal });
  if (!strict || conversion.unfit === 0) return conversion;
  const { sku, key, value, error } = conversion.examples[0]!;
  throw new RefusedError(
    `${conversion.unfit} stored values don't fit, such as ${JSON.stringify(value)} under ${key} of ${sku}: ${error}. Nothing was changed.`,
    'values_unfit',
  );
}

function fieldExists(name: string): FailedError {
  return new FailedError(
    `There is a field ${name} already. Change it with \`prodimport field update ${name}\`.`,
    'field_exists',
  );
}

/** $1 to $10 of sql/field/add.sql. */
function valuesOf(field: FieldDefinition): unknown[] {
  const { name, label, type, required, min, max, choices, decimal, aliases, isIndexed } = field;
  return [name, label, type, required, min, max, choices, decimal, aliases, isIndexed];
}
