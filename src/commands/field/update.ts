import type { Command } from '../../cli/command.js';
import { UsageError } from '../../errors.js';
import type { OptionSpec } from '../../option.js';
import type { FieldDefinition } from '../../product/field.js';
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

const clearable = ['label', 'min', 'max', 'decimal', 'aliases'] as const;

const options = [
  ...ruleOptions,
  { flags: '--no-required', description: 'a new product may be without it' },
  { flags: '--no-index', description: 'take its index away' },
  {
    flags: '--clear <rule>',
    description: 'leave out what was said of it (repeatable)',
    choices: clearable,
    repeatable: true,
  },
  ...conversionOptions,
] as const satisfies OptionSpec[];

export const fieldUpdate: Command<ChangedField, typeof options> = {
  name: 'field update',
  needs: 'operator',
  lasts: true,
  summary: 'change the rules of a field',
  description:
    'Changes what is named and leaves the rest; aliases are added. Unless only its index changes, stored\nvalues are looked at again: those that do not fit are listed, stay as they are, and give exit code 3.\nAnother type asks first.',
  examples: [
    'prodimport field update stock --min 0',
    'prodimport field update condition --choices new,used,refurbished',
    'prodimport field update weight --type number --yes',
  ],
  arguments: [{ name: '<name>', description: 'the field' }],
  options,
  document: { about: 'the field, and what became of stored values', schema: changedFieldSchema },
  async run(context, input) {
    const { fieldNamed, listFields, readsValues, updateField } =
      await import('../../catalog/field.js');
    const { storedKeys } = await import('../../catalog/convert.js');
    const { clear = [], yes = false } = input.options;
    const session = await (await context.database()).main();
    const before = fieldNamed(await listFields(session), input.arguments[0]!);
    const field = await withRules(cleared(before, clear), input.options);
    if (JSON.stringify(field) === JSON.stringify(before)) {
      throw new UsageError(
        'That is what the field is already: nothing was changed.',
        'nothing_to_do',
      );
    }
    const keys = readsValues(before, field) ? await storedKeys(session, field) : [];
    const isOther = field.type !== before.type;
    const changing = isOther ? keys : keys.filter(({ key }) => key !== field.name);
    if (isOther && keys.length === 0) {
      await context.confirm(`Make ${field.name} ${field.type} instead of ${before.type}?`, yes);
    }
    await confirmConversion(context, field, changing, yes);
    return {
      ...field,
      ...(await updateField(session, field, keys, changeOf(context, input.options))),
    };
  },
  render: (field, page) => renderChanged(field, 'Changed', page),
  exitCode: ({ unfit }) => (unfit > 0 ? 3 : 0),
};

function cleared(
  field: FieldDefinition,
  clear: readonly (typeof clearable)[number][],
): FieldDefinition {
  const nothing = { label: null, min: null, max: null, decimal: null, aliases: [] };
  return clear.reduce((left, rule) => ({ ...left, [rule]: nothing[rule] }), field);
}
