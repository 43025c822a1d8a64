import type { z as Z } from 'zod';
import type { Page } from '../../cli/command.js';
import type { Context } from '../../cli/context.js';
import type { Conversion, StoredKey } from '../../catalog/convert.js';
import type { FieldChange } from '../../catalog/field.js';
import { RunError, UsageError } from '../../errors.js';
import {
  waitMsOf,
  waitOptions,
  type OptionSpec,
  type OptionsOf,
  type WaitOptions,
} from '../../option.js';
import { fieldTypes, isNumeric, type FieldDefinition } from '../../product/field.js';
import { showSafely } from '../../terminal/escape.js';
import { countOf } from '../../terminal/figures.js';

/** What a field is, as programs see it. */
export const fieldSchema = (z: typeof Z) =>
  z.object({
    name: z.string(),
    label: z.string().nullable(),
    type: z
      .enum(fieldTypes)
      .describe(
        'in attributes integer and number are numbers, boolean a boolean, list an array of texts, all others texts',
      ),
    required: z.boolean(),
    min: z.string().nullable().describe('a decimal, or a day'),
    max: z.string().nullable(),
    choices: z.array(z.string()).nullable(),
    decimal: z.enum(['.', ',']).nullable(),
    aliases: z.array(z.string()).describe('headers that fill it, the likeliest first'),
    isIndexed: z.boolean(),
  });

/** A field that was added or changed, and what became of stored values. */
export const changedFieldSchema = (z: typeof Z) =>
  fieldSchema(z).extend({
    converted: z.int().nonnegative().describe('products whose stored value is now of its type'),
    unfit: z.int().nonnegative().describe('products whose stored value does not fit, and stays'),
    examples: z.array(
      z.object({ sku: z.string(), key: z.string(), value: z.string(), error: z.string() }),
    ),
  });

export type ChangedField = FieldDefinition & Conversion;

/**
 * The fields of one's own, for what works without a database: where there is none to ask, or it
 * can't be, there are no fields. The embedded server is not started for the first time.
 */
export async function fieldsIfAny(context: Context): Promise<readonly FieldDefinition[]> {
  const target = await context.target();
  if (target.kind === 'embedded') {
    const { existsSync } = await import('node:fs');
    const { embeddedFolders } = await import('../../db/embedded/folders.js');
    if (!existsSync(embeddedFolders(target.environment).data)) return [];
  }
  const { listFields } = await import('../../catalog/field.js');
  try {
    return await listFields(await (await context.database()).main());
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    context.note(`Fields of your own are not known here: ${error.message}`);
    return [];
  }
}

/** What a field may be, for those that add and change one. */
export const ruleOptions = [
  { flags: '--type <type>', description: 'what its values are', choices: fieldTypes },
  { flags: '--label <text>', description: 'what people call it; a header that fills it, too' },
  { flags: '--min <value>', description: 'the least number, or the first day' },
  { flags: '--max <value>', description: 'the greatest number, or the last day' },
  { flags: '--required', description: 'a new product must have it' },
  { flags: '--choices <list>', description: 'what a choice can be: new,used' },
  {
    flags: '--decimal <mark>',
    description: 'decimal mark of its numbers, where a load does not say one',
    choices: ['.', ','],
  },
  {
    flags: '--alias <header>',
    description: 'a header that fills it (repeatable)',
    repeatable: true,
  },
  { flags: '--index', description: 'make product list --where and --sort by it fast' },
] as const satisfies OptionSpec[];

/** How stored values are converted. */
export const conversionOptions = [
  {
    flags: '--date-order <order>',
    description: 'of stored dates that ISO (2026-01-31) does not say',
    choices: ['ymd', 'dmy', 'mdy'],
    default: 'ymd',
  },
  { flags: '--strict', description: 'change nothing where a stored value does not fit (exit 4)' },
  { flags: '--yes', description: 'do not ask before stored values are converted' },
  ...waitOptions(),
] as const satisfies OptionSpec[];

/** What the options say of a field, over what it is without them. @throws UsageError */
export async function withRules(
  field: FieldDefinition,
  asked: OptionsOf<typeof ruleOptions>,
): Promise<FieldDefinition> {
  const type = asked.type ?? field.type;
  const kept =
    type === field.type ? field : { ...field, min: null, max: null, choices: null, decimal: null };
  const changed: FieldDefinition = {
    ...kept,
    type,
    label: asked.label?.trim() ?? field.label,
    min: asked.min ?? kept.min,
    max: asked.max ?? kept.max,
    required: asked.required ?? field.required,
    choices: asked.choices === undefined ? kept.choices : choicesOf(asked.choices),
    decimal: asked.decimal ?? kept.decimal,
    aliases: [...new Set([...(asked.alias ?? []).map((alias) => alias.trim()), ...field.aliases])],
    isIndexed: asked.index ?? field.isIndexed,
  };
  await checkAliases(asked.alias ?? [], changed.label);
  checkChoices(changed);
  if (changed.decimal !== null && !isNumeric(type)) {
    throw new UsageError(`--decimal: a field of type ${type} has no decimal mark.`);
  }
  return { ...changed, ...(await limitsOf(changed)) };
}

function choicesOf(text: string): string[] {
  const choices = text.split(/(?<!\\),/u).map((each) => each.replaceAll('\\,', ',').trim());
  return choices.filter((choice) => choice !== '');
}

function checkChoices({ type, choices }: FieldDefinition): void {
  if (type !== 'choice' && choices !== null) {
    throw new UsageError(
      `--choices: they are for a field of type choice, and this one is ${type}.`,
    );
  }
  if (type !== 'choice') return;
  if (choices === null || choices.length === 0) {
    throw new UsageError('A choice needs what it can be: --choices new,used.');
  }
  const lower = choices.map((choice) => choice.normalize('NFC').toLowerCase());
  const twice = choices.find((_, place) => lower.indexOf(lower[place]!) !== place);
  if (twice !== undefined) throw new UsageError(`--choices: ${twice} comes twice, in any case.`);
}

/** @throws UsageError for limits that the type does not have, or of which none can be met */
async function limitsOf(field: FieldDefinition): Promise<Pick<FieldDefinition, 'min' | 'max'>> {
  const { fieldReader, fieldText } = await import('../../product/field-types.js');
  const { Fault } = await import('../../product/reject.js');
  const { type } = field;
  const isBounded = isNumeric(type) || type === 'date';
  const bare = { ...field, min: null, max: null, decimal: null };
  const read = fieldReader(bare, { mark: '.', dateOrder: 'ymd', isOfFile: false });
  const limit = (flag: string, text: string | null) => {
    if (text === null) return null;
    if (!isBounded) throw new UsageError(`${flag}: a field of type ${type} has no limits.`);
    const value = read(text);
    if (value instanceof Fault || value === null) {
      throw new UsageError(`${flag} ${JSON.stringify(text)}: ${value?.error ?? 'it is blank'}.`);
    }
    return fieldText(bare, value);
  };
  const min = limit('--min', field.min);
  const max = limit('--max', field.max);
  const isEmpty =
    min !== null && max !== null && (type === 'date' ? min > max : Number(min) > Number(max));
  if (isEmpty) throw new UsageError(`--min ${min} is above --max ${max}: no value would fit.`);
  return { min, max };
}

/** @throws UsageError for a header that fills a built-in field by itself, or none at all */
async function checkAliases(aliases: readonly string[], label: string | null): Promise<void> {
  const { matchHeader } = await import('../../product/header.js');
  const { headerKey } = await import('../../product/header-text.js');
  for (const alias of label === null ? aliases : [...aliases, label]) {
    if (headerKey(alias) === '') throw new UsageError(`--alias "${alias}": it is no header.`);
    const match = matchHeader(alias, null);
    if (match === null || aliases.includes(alias) === false) continue;
    throw new UsageError(
      `--alias "${alias}": a column of this name fills ${match.target}. For one file, --map says otherwise.`,
      'alias_taken',
    );
  }
}

/** How a change of fields goes on, from its options. */
export function changeOf(
  context: Context,
  asked: Partial<WaitOptions> & {
    dateOrder?: FieldChange['dateOrder'];
    strict?: boolean;
    yes?: boolean;
  },
): FieldChange {
  const { dateOrder = 'ymd', strict = false, yes = false, wait = 600 } = asked;
  return { waitMs: waitMsOf({ wait }), signal: context.signal, dateOrder, strict, asked: yes };
}

/** Says what will be touched, and asks where values may change. */
export async function confirmConversion(
  context: Context,
  field: FieldDefinition,
  keys: readonly StoredKey[],
  yes: boolean,
): Promise<void> {
  const changing = keys.filter(({ key }) => key !== field.name || field.type !== 'text');
  if (changing.length === 0) return;
  const what = changing.map(({ key, products }) => `"${key}" of ${countOf(products, 'product')}`);
  await context.confirm(`Make ${what.join(', ')} the field ${field.name} (${field.type})?`, yes);
}

const shownExamples = 5;

/** What became of the values, for a person. */
export function renderChanged(field: ChangedField, what: string, { palette }: Page): string {
  const { name, type, converted, unfit, examples } = field;
  const lines = [`${what} the field ${palette.strong(name)} (${type}).`];
  if (converted > 0) lines.push(`Converted the stored value of ${countOf(converted, 'product')}.`);
  if (unfit > 0) {
    const [do_, stay] = unfit === 1 ? ['does', 'stays'] : ['do', 'stay'];
    lines.push(`The value of ${countOf(unfit, 'product')} ${do_} not fit, and ${stay} as it is:`);
  }
  for (const { sku, key, value, error } of examples.slice(0, shownExamples)) {
    lines.push(showSafely(`  ${sku}: ${key} = ${value} (${error})`));
  }
  if (unfit > shownExamples) {
    lines.push(`All of them: prodimport product list --where '${name}=' --json`);
  }
  return lines.join('\n');
}
