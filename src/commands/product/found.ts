import type { Context } from '../../cli/context.js';
import type { ProductFilter } from '../../catalog/where.js';
import { UsageError } from '../../errors.js';
import { countOf } from '../../terminal/figures.js';
import { readWhere } from './options.js';

/**
 * Whether a command is for all that `--where` finds, and not for products named one by one.
 * @throws UsageError for both, or neither
 */
export function isOfMany(
  name: string,
  input: { arguments: string[]; options: { where?: string[] } },
): boolean {
  const isNamed = input.arguments.length > 0;
  const isFound = input.options.where !== undefined;
  if (isNamed !== isFound) return isFound;
  throw new UsageError(`${name} takes a SKU, or --where for all that it finds: give one of them.`);
}

/**
 * Finds what `--where` asks for, says how many they are, and asks whether to go on.
 * @param verb what is done to them, such as `Delete`
 * @returns null where there is none; `most` as `updateFound` takes it
 */
export async function agreeOnFound(
  context: Context,
  verb: string,
  { where = [], yes = false }: { where?: string[]; yes?: boolean },
): Promise<{ filter: ProductFilter; most: number | null } | null> {
  const { countListed } = await import('../../catalog/list.js');
  const filter = { where: await readWhere(context, where) };
  const database = await context.database();
  const count = await countListed(await database.main(), filter, null);
  const found = countOf(count, 'product');
  context.note(`Found ${found} in ${database.label}, schema ${database.schema}`);
  if (count === 0) return null;
  await context.confirm(`${verb} ${found}?`, yes);
  return { filter, most: yes ? null : count };
}

export const nothingFound = 'Nothing was changed: no product meets the conditions.';
