import type { Command } from '../../cli/command.js';
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

export const fieldAdd: Command<ChangedField, typeof options> = {
  name: 'field add',
  needs: 'operator',
  lasts: true,
  summary: 'add a field of your own',
  description:
    'Adds a field that every file, list and export knows from then on. Well-known names (stock, brand,\ncategory, gtin, cost …) bring their type and the headers that fill them. Stored values are converted;\nthose that do not fit are listed, stay as they are, and give exit code 3.',
  examples: [
    'prodimport field add stock --index',
    'prodimport field add condition --type choice --choices new,used',
    'prodimport field add launch --type date',
    'prodimport field add cost --alias "EK netto" --decimal , --yes',
  ],
  arguments: [{ name: '<name>', description: 'small letters, digits and _, such as min_stock' }],
  options,
  document: { about: 'the field, and what became of stored values', schema: changedFieldSchema },
  async run(context, input) {
    const { addField, fieldNameTaken } = await import('../../catalog/field.js');
    const { storedKeys } = await import('../../catalog/convert.js');
    const field = await withRules(
      emptyField(input.arguments[0]!, input.options.type),
      input.options,
    );
    const session = await (await context.database()).main();
    await fieldNameTaken(session, field.name);
    const keys = await storedKeys(session, field);
    await confirmConversion(context, field, keys, input.options.yes ?? false);
    const change = changeOf(context, input.options);
    return { ...field, ...(await addField(session, field, keys, change)) };
  },
  render: (field, page) => renderChanged(field, 'Added', page),
  exitCode: ({ unfit }) => (unfit > 0 ? 3 : 0),
};

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
