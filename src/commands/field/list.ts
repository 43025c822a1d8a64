import type { Command } from '../../cli/command.js';
import { knownField, type FieldDefinition } from '../../product/field.js';
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
    const rows = fields.map((field) => [field.name, field.type, rulesOf(field), aliasesOf(field)]);
    const head = ['name', 'type', 'rules', 'aliases'];
    const table = await renderTable(
      { head, rows, right: [], gives: 'aliases' },
      { isTTY, width, palette },
    );
    return table.trimEnd();
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
