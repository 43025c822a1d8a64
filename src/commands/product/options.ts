import { withDead, type PartialResult } from '../../cli/command.js';
import type { Context } from '../../cli/context.js';
import type { FieldOptions, WrittenProduct } from '../../catalog/fields.js';
import type { Placed } from '../../catalog/written.js';
import type { FieldDefinition } from '../../product/field.js';
import { clearableFields } from '../../catalog/schema.js';
import { UsageError } from '../../errors.js';
import type { ChangeOptions } from '../../catalog/record.js';
import { sendOptions, attemptQuickly } from '../webhook/options.js';
import type { ProductFilter, Condition } from '../../catalog/where.js';
import { fileFinder, imageRootOf } from '../../remote/image-root.js';
import {
  imageRootOption,
  moment,
  waitOptions,
  waitMsOf,
  type OptionSpec,
  type OptionsOf,
} from '../../option.js';

const group = 'Which products:';

/** Chooses products by what is stored of them. */
export const whereOption = {
  group,
  flags: '--where <condition>',
  description:
    "a field, one of = != < <= > >= ~ (contains), a value: 'price >= 10'; 'owner=' asks for blank (repeatable: all must hold)",
  repeatable: true,
} as const satisfies OptionSpec;

export const filterOptions = [
  { group, flags: '--search <text>', description: 'in SKU, name and description, in any case' },
  { group, flags: '--active', description: 'active ones only' },
  { group, flags: '--inactive', description: 'inactive ones only' },
  { group, flags: '--owner <id>', description: 'those of this owner' },
  { group, flags: '--min-price <price>', description: 'from this price on' },
  { group, flags: '--max-price <price>', description: 'up to this price' },
  {
    group,
    flags: '--changed-since <time>',
    description: 'such as 2026-01-31 or 2026-01-31T08:00:00Z (UTC unless it says otherwise)',
    parse: moment,
  },
  { group, flags: '--job <job>', description: 'changed last by this job: its number, or last' },
  whereOption,
] as const satisfies OptionSpec[];

type FilterOptions = OptionsOf<typeof filterOptions>;

/**
 * What the options ask for.
 * @throws UsageError for a contradiction · NotFoundError for an unknown job
 */
export async function readFilter(context: Context, asked: FilterOptions): Promise<ProductFilter> {
  const { search, owner, changedSince } = asked;
  const active = readActive(asked);
  const jobId = asked.job === undefined ? undefined : await findJob(context, asked.job);
  const minPrice = await readLimit('--min-price', asked.minPrice);
  const maxPrice = await readLimit('--max-price', asked.maxPrice);
  const where = asked.where && (await readWhere(context, asked.where));
  return { search, active, owner, minPrice, maxPrice, changedSince, jobId, where };
}

export async function readWhere(
  context: Context,
  conditions: readonly string[],
): Promise<Condition[]> {
  const { readConditions } = await import('../../catalog/where.js');
  const { comparablesOf } = await import('../../catalog/view.js');
  return readConditions(conditions, comparablesOf(await knownFields(context)));
}

/** @throws UsageError for both at once */
function readActive(asked: { active?: boolean; inactive?: boolean }): boolean | undefined {
  if (asked.active && asked.inactive) {
    throw new UsageError('--active and --inactive contradict each other: give one of them.');
  }
  if (asked.inactive) return false;
  return asked.active ? true : undefined;
}

/** The fields of one's own. */
export async function knownFields(context: Context): Promise<FieldDefinition[]> {
  const { listFields } = await import('../../catalog/field.js');
  return listFields(await (await context.database()).main());
}

async function findJob(context: Context, which: string): Promise<string | undefined> {
  const { getJob } = await import('../../load/job.js');
  const session = await (await context.database()).main();
  return (await getJob(session, which)).id ?? undefined;
}

async function readLimit(option: string, text?: string): Promise<string | undefined> {
  if (text === undefined) return undefined;
  const { Fault } = await import('../../product/reject.js');
  const { readPrice } = await import('../../product/price.js');
  // A limit is typed by hand: its point is a decimal mark.
  const price = readPrice(text, { mark: '.', rounds: false, isOfFile: false });
  if (price instanceof Fault || price === null) {
    throw new UsageError(`${option} ${JSON.stringify(text)}: it takes a price such as 12.50.`);
  }
  return price;
}

/** An empty text says that a field is empty, as an empty cell does. */
const field = { group: 'Fields:', allowsEmpty: true } as const;

export function skuOption(description: string) {
  return { group: 'Fields:', flags: '--sku <sku>', description } as const;
}

export const fieldOptions = [
  { ...field, flags: '--name <name>', description: 'its name' },
  { ...field, flags: '--description <text>', description: 'its description' },
  { ...field, flags: '--price <price>', description: 'its price' },
  { ...field, flags: '--active', description: 'it is active' },
  { ...field, flags: '--inactive', description: 'it is not active' },
  { ...field, flags: '--owner <id>', description: 'whose it is' },
  { ...field, flags: '--image <url>', description: 'its images (repeatable)', repeatable: true },
  { group: field.group, ...imageRootOption },
  {
    ...field,
    flags: '--attribute <key=value>',
    description: 'whatever else is known (repeatable)',
    repeatable: true,
    parse: attribute,
  },
  {
    ...field,
    flags: '--set <field=value>',
    description: 'any field by its name, your own too: stock=5; stock= clears it (repeatable)',
    repeatable: true,
    parse: attribute,
  },
  {
    flags: '--decimal <mark>',
    description: 'decimal mark of prices and numbers; auto refuses what is ambiguous',
    choices: ['auto', '.', ','],
    default: 'auto',
  },
  { flags: '--allow-mangled', description: 'take a SKU that looks damaged by Excel as it is' },
] as const satisfies OptionSpec[];

/** What only a change of a product takes. */
export const patchOptions = [
  {
    group: field.group,
    flags: '--clear <field>',
    description: 'leave a field empty (repeatable)',
    repeatable: true,
    choices: clearableFields,
  },
  {
    flags: '--if-updated-at <time>',
    description: 'only if it was last changed then; else exit 4',
  },
] as const satisfies OptionSpec[];

type WrittenOptions = OptionsOf<
  [ReturnType<typeof skuOption>, ...typeof fieldOptions, ...typeof patchOptions]
>;

/**
 * The products that a command was given: one by options, or with `-` many on standard input.
 * @param sku of the one product, where it stands among the arguments
 */
export async function readWritten(
  context: Context,
  input: { arguments: string[]; options: WrittenOptions },
  sku?: string,
): Promise<{ placed: Placed[]; how: FieldOptions }> {
  const asked = input.options;
  const allowMangled = asked.allowMangled ?? false;
  const written = writtenProduct(asked);
  const fields = await knownFields(context);
  const findFile = fileFinder(imageRootOf(asked, context.environment.exported));
  if (input.arguments[0] === '-') {
    if (Object.keys(written).length > 0 || asked.set) {
      throw new UsageError('With - the fields come from standard input: leave their options out.');
    }
    const { readNdjson } = await import('../../catalog/ndjson.js');
    const placed = await readNdjson(context.stdin);
    return { placed, how: { decimal: '.', allowMangled, fields, findFile } };
  }
  const renamed = sku === undefined ? {} : { sku, newSku: asked.sku };
  const { set = [] } = asked;
  const placed = [{ place: null, written: withoutUndefined({ ...written, ...renamed }), set }];
  // Whom to update is an argument.
  const nameOf = (field: string) =>
    field === 'sku' && sku !== undefined
      ? field
      : (unlikeFields[field] ?? `--${field.replace(/^attributes\./, 'set ')}`);
  return { placed, how: { decimal: asked.decimal, allowMangled, nameOf, fields, findFile } };
}

/** Options that are not called like what they fill. */
const unlikeFields: Record<string, string> = {
  images: '--image',
  attributes: '--attribute',
  newSku: '--sku',
  ifUpdatedAt: '--if-updated-at',
};

function writtenProduct(asked: WrittenOptions): WrittenProduct {
  const { sku, name, description, price, owner, image, attribute, clear, ifUpdatedAt } = asked;
  refuseSetAndCleared(asked);
  return withoutUndefined({
    ...{ sku, name, description, price, owner, clear, ifUpdatedAt },
    active: readActive(asked),
    images: image,
    attributes: attribute && Object.fromEntries(attribute),
  });
}

function refuseSetAndCleared(asked: WrittenOptions): void {
  const { clear = [], description, price, owner, image: images } = asked;
  const given: Record<string, unknown> = { description, price, owner, images };
  const both = clear.find((field) => given[field] !== undefined);
  if (both === undefined) return;
  throw new UsageError(`--clear ${both} contradicts the new value: leave one of them out.`);
}

function withoutUndefined(written: WrittenProduct): WrittenProduct {
  return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined));
}

function attribute(text: string): [string, string] {
  const at = text.indexOf('=');
  const key = text.slice(0, at).trim();
  if (at < 1 || key === '') throw new Error('It takes a name and a value: Color=red.');
  return [key, text.slice(at + 1)];
}

/** The options of every command that changes products by hand. */
export const changeOptions = [...waitOptions(), ...sendOptions] as const;

/**
 * Changes products by hand, and tells of it: the events are published in the transaction of the
 * change, one quick attempt at them follows once it is committed.
 * @param change gives the result of the command
 */
export async function changeAndTell<Result>(
  context: Context,
  options: OptionsOf<typeof changeOptions>,
  change: (how: ChangeOptions) => Promise<Result>,
): Promise<Result | PartialResult<Result>> {
  const { publishChanges } = await import('../../webhook/publish.js');
  const published: string[] = [];
  const result = await change({
    waitMs: waitMsOf(options),
    signal: context.signal,
    afterChange: async (transaction, changes) => {
      for (const id of await publishChanges(transaction, changes)) published.push(id);
    },
  });
  const { dead } = await attemptQuickly(context, published, options);
  return withDead(result, dead);
}
