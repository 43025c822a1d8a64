import type { Command } from '../../cli/command.js';
import type { NewField } from '../../catalog/field.js';
import { UsageError } from '../../errors.js';
import {
  isFieldName,
  knownField,
  knownNames,
  longestName,
  type FieldDefinition,
} from '../../product/field.js';
import {
  changedFieldSchema,
  changeOf,
  confirmConversion,
  conversionOptions,
  renderChanged,
  ruleOptions,
  withRules,
  type ChangedField,
} from './options.js';

const options = [...ruleOptions, ...conversionOptions] as const;

export const fieldAdd: Command<ChangedField | ChangedField[], typeof options> = {
  name: 'field add',
  needs: 'operator',
  lasts: true,
  summary: 'add fields of your own',
  description:
    'Adds a field that every file, list and export knows from then on. Well-known names (stock, brand,\ncategory, gtin, cost …) bring their type and the headers that fill them. Stored values are converted;\nthose that do not fit are listed, stay as they are, and give exit code 3. Several are added together\nor not at all.',
  examples: [
    'prodimport field add stock --index',
    'prodimport field add gtin brand category cost',
    'prodimport field add condition --type choice --choices new,used',
    'prodimport field add launch --type date',
    'prodimport field add cost --alias "EK netto" --decimal , --yes',
  ],
  arguments: [{ name: '<name...>', description: 'small letters, digits and _, such as min_stock' }],
  options,
  document: {
    about: 'the field, and what became of stored values; a list of them for several names',
    schema: (z) => z.union([changedFieldSchema(z), changedFieldSchema(z).array()]),
  },
  async run(context, input) {
    const { addFields, refuseTaken } = await import('../../catalog/field.js');
    const { storedKeys } = await import('../../catalog/convert.js');
    const asked = input.options;
    refuseForSeveral(input.arguments, asked);
    const rules = input.arguments.map((name) => withRules(emptyField(name, asked.type), asked));
    const fields = await Promise.all(rules);
    const session = await (await context.database()).main();
    await refuseTaken(
      session,
      fields.map(({ name }) => name),
    );
    const added: NewField[] = [];
    for (const field of fields) {
      added.push({ field, keys: await storedKeys(session, field) });
    }
    for (const { field, keys } of added) {
      await confirmConversion(context, field, keys, asked.yes ?? false);
    }
    const conversions = await addFields(session, added, changeOf(context, asked));
    const changed = fields.map((field, place) => ({ ...field, ...conversions[place]! }));
    return changed.length === 1 ? changed[0]! : changed;
  },
  render: (result, page) =>
    [result]
      .flat()
      .map((field) => renderChanged(field, 'Added', page))
      .join('\n'),
  exitCode: (result) => ([result].flat().some(({ unfit }) => unfit > 0) ? 3 : 0),
};

/** @throws UsageError for what only one field can have, where several are added */
function refuseForSeveral(names: readonly string[], asked: { label?: string; alias?: string[] }) {
  if (names.length === 1) return;
  const flag = asked.label !== undefined ? '--label' : asked.alias ? '--alias' : null;
  if (flag === null) return;
  throw new UsageError(`${flag} is for one field: add ${names[0]} by a command of its own.`);
}

/** Columns of products, and names that a header already has. */
const builtIn = new Set([
  ...['id', 'sku', 'sku_key', 'name', 'description', 'price', 'active', 'owner', 'images'],
  ...['compressed_images', 'attributes', 'action', 'created_at', 'updated_at', 'job_id'],
  'deactivated_by',
]);

/** @throws UsageError for a name that no field can have, or one of which nobody knows the type */
function emptyField(given: string, asked: FieldDefinition['type'] | undefined): FieldDefinition {
  const name = given.trim();
  if (!isFieldName(name)) {
    throw new UsageError(
      `${JSON.stringify(given)} is no name for a field: it has small letters, digits and _, begins with a letter, and is ${longestName} characters long at most. Such as min_stock; --label takes any text.`,
      'field_name_invalid',
    );
  }
  if (builtIn.has(name)) {
    throw new UsageError(
      `Every product has ${name} already: choose another name.`,
      'field_built_in',
    );
  }
  const known = knownField(name);
  const type = asked ?? known?.type;
  if (type === undefined) {
    throw new UsageError(
      `What are values of ${name}? Give --type (known without are ${knownNames().join(', ')}).`,
      'field_type_missing',
    );
  }
  const limits = type === known?.type ? known : { min: null, max: null };
  return {
    ...{ name, type, label: null, required: false, min: limits.min, max: limits.max },
    ...{ choices: null, decimal: null, aliases: known?.aliases ?? [], isIndexed: false },
  };
}
