import type { z as Z } from 'zod';
import type { Command } from '../../cli/command.js';
import { waitOptions, type OptionSpec } from '../../option.js';
import { countOf } from '../../terminal/figures.js';
import { changeOf } from './options.js';

const removedSchema = (z: typeof Z) =>
  z.object({
    removed: z.string().describe('the name of the field'),
    converted: z.int().nonnegative().describe('products whose value became a text'),
  });

type Removed = Z.infer<ReturnType<typeof removedSchema>>;

const options = [
  { flags: '--yes', description: 'do not ask' },
  ...waitOptions(),
] as const satisfies OptionSpec[];

export const fieldRemove: Command<Removed, typeof options> = {
  name: 'field remove',
  needs: 'operator',
  lasts: true,
  summary: 'forget a field; its values stay as texts',
  description:
    'Forgets a field. Its values stay in attributes, as the texts that an export would write.',
  examples: ['prodimport field remove stock --yes'],
  arguments: [{ name: '<name>', description: 'the field' }],
  options,
  document: { about: 'the field that was removed', schema: removedSchema },
  async run(context, input) {
    const { fieldNamed, listFields, removeField } = await import('../../catalog/field.js');
    const { storedKeys } = await import('../../catalog/convert.js');
    const session = await (await context.database()).main();
    const field = fieldNamed(await listFields(session), input.arguments[0]!);
    const [own] = await storedKeys(session, { ...field, label: null, aliases: [] });
    const products = countOf(own?.products ?? 0, 'product');
    const question = `Remove the field ${field.name}? Its values in ${products} stay, as texts.`;
    await context.confirm(question, input.options.yes ?? false);
    const converted = await removeField(session, field.name, changeOf(context, input.options));
    return { removed: field.name, converted };
  },
  render: ({ removed, converted }) =>
    `Removed the field ${removed}; the value of ${countOf(converted, 'product')} became a text.`,
};
