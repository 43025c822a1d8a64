import type { Command } from '../../cli/command.js';
import { knownField, type FieldDefinition } from '../../product/field.js';
import { headerOption, type OptionSpec } from '../../option.js';
import { renderTable } from '../../terminal/table.js';
import { fieldSchema } from './options.js';

const head = ['name', 'type', 'rules', 'aliases'];

const options = [headerOption(head)] as const satisfies OptionSpec[];

export const fieldList: Command<FieldDefinition[], typeof options> = {
  name: 'field list',
  summary: 'fields of your own, their types and rules',
  description: 'Lists the fields in the order in which they were added.',
  examples: ['prodimport field list', 'prodimport field list --json'],
  options,
  document: { about: 'fields of your own', schema: (z) => fieldSchema(z).array() },
  async run(context) {
    const { listFields } = await import('../../catalog/field.js');
    return listFields(await (await context.database()).main());
  },
  async render(fields, page) {
    const rows = fields.map((field) => [field.name, field.type, rulesOf(field), aliasesOf(field)]);
    return renderTable({ head, rows, gives: 'aliases', none: 'No fields of your own.' }, page);
  },
};

/** Those that its name brings are many, and only counted. */
function aliasesOf({ name, label, aliases }: FieldDefinition): string {
  const known = new Set(knownField(name)?.aliases);
  const own = aliases.filter((alias) => !known.has(alias));
  const others = aliases.length - own.length;
  return [label ?? [], own, others > 0 ? `${others} well-known` : []].flat().join(', ');
}

function rulesOf({ required, min, max, choices, decimal, isIndexed }: FieldDefinition): string {
  return [
    required && 'required',
    min !== null && `from ${min}`,
    max !== null && `to ${max}`,
    choices !== null && choices.join('|'),
    decimal !== null && `decimal ${decimal}`,
    isIndexed && 'indexed',
  ]
    .filter(Boolean)
    .join(', ');
}
