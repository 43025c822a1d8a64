import type { Input } from '../../cli/command.js';
import type { Context } from '../../cli/context.js';
import type { FieldOptions, WrittenProduct } from '../../catalog/fields.js';
import type { Placed } from '../../catalog/written.js';
import { UsageError } from '../../errors.js';
import type { OptionSpec } from '../../cli/option.js';
import type { DecimalMark } from '../../product/price.js';
import { readActive } from './filter-options.js';

/** The options that fill fields, as commander hands them over. */
interface WrittenOptions {
  sku?: string;
  name?: string;
  description?: string;
  price?: string;
  active?: boolean;
  inactive?: boolean;
  owner?: string;
  image?: string[];
  attribute?: [key: string, value: string][];
  clear?: string[];
  ifUpdatedAt?: string;
  decimal: DecimalMark;
  allowMangled?: boolean;
}

/** An empty text says that a field is empty, as an empty cell does. */
const field = { group: 'Fields:', allowsEmpty: true };

export const fieldOptions: OptionSpec[] = [
  { ...field, flags: '--name <name>', description: 'its name' },
  { ...field, flags: '--description <text>', description: 'its description' },
  { ...field, flags: '--price <price>', description: 'its price' },
  { ...field, flags: '--active', description: 'it is active' },
  { ...field, flags: '--inactive', description: 'it is not active' },
  { ...field, flags: '--owner <id>', description: 'whose it is' },
  { ...field, flags: '--image <url>', description: 'its images (repeatable)', repeatable: true },
  {
    ...field,
    flags: '--attribute <key=value>',
    description: 'whatever else is known (repeatable)',
    repeatable: true,
    parse: attribute,
  },
  {
    flags: '--decimal <mark>',
    description: 'decimal mark of --price; auto refuses what is ambiguous',
    choices: ['auto', '.', ','],
    default: 'auto',
  },
  { flags: '--allow-mangled', description: 'take a SKU that looks damaged by Excel as it is' },
];

/**
 * The products that a command was given: one by options, or with `-` many on standard input.
 * @param sku of the one product, where it stands among the arguments
 */
export async function readWritten(
  context: Context,
  input: Input,
  sku?: string,
): Promise<{ placed: Placed[]; options: FieldOptions }> {
  const asked = input.options as unknown as WrittenOptions;
  const allowMangled = asked.allowMangled ?? false;
  const written = writtenProduct(asked);
  if (input.arguments[0] === '-') {
    if (Object.keys(written).length > 0) {
      throw new UsageError('With - the fields come from standard input: leave their options out.');
    }
    const { readNdjson } = await import('../../catalog/ndjson.js');
    const placed = await readNdjson(context.stdin);
    return { placed, options: { decimal: '.', allowMangled } };
  }
  const renamed = sku === undefined ? {} : { sku, newSku: asked.sku };
  const placed = [{ place: null, written: withoutUndefined({ ...written, ...renamed }) }];
  // Whom to update is an argument.
  const nameOf = (field: string) =>
    field === 'sku' && sku !== undefined ? field : (unlikeFields[field] ?? `--${field}`);
  return { placed, options: { decimal: asked.decimal, allowMangled, nameOf } };
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
