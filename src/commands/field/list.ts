import type { Command } from '../../cli/command.js';
import type { FieldDefinition } from '../../product/field.js';
import { renderTable } from '../../terminal/table.js';
import { fieldSchema } from './options.js';

export const fieldList: Command<FieldDefinition[]> = {
  name: 'field list',
  summary: 'fields of your own, their types and rules',
  description:
    'Lists the fields in the order in which they were added. In a pipe: name, type, rules, aliases, separated by tabs.',
  examples: ['prodimport field list', 'prodimport field list --json'],
  document: { about: 'fields of your own', schema: (z) => fieldSchema(z).array() },
  async run(context) {
    const { listFields } = await import('../../catalog/field.js');
    return listFields(await (await context.database()).main());
  },
  async render(fields, { isTerminal: isTTY, width, palette }) {
    if (fields.length === 0) return isTTY ? 'No fields of your own.' : '';
    const rows = fields.map((field) => [
      field.name,
      field.type,
      rulesOf(field),
      [field.label ?? [], field.aliases].flat().join(', '),
    ]);
    const head = ['name', 'type', 'rules', 'aliases'];
    const table = await renderTable(
      { head, rows, right: [], gives: 'aliases' },
      { isTTY, width, palette },
    );
    return table.trimEnd();
  },
};

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
