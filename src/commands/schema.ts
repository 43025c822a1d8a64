import type { Command } from '../command.js';
import { didYouMean } from '../closest.js';
import { UsageError } from '../errors.js';
import type { Listed } from './schema/schema.js';

export const schema: Command<Listed[] | object> = {
  name: 'schema',
  summary: 'the JSON Schema of what a command prints with --json',
  description:
    'Prints the JSON Schema (2020-12) of a document, named by the command that prints it; alone, the names.',
  examples: [
    'prodimport schema',
    'prodimport schema report > report.schema.json',
    'prodimport schema product get',
  ],
  arguments: [{ name: '[document...]', description: 'the words of a command, or error' }],
  async run(_context, input) {
    const { documents } = await import('./schema/documents.js');
    const name = input.arguments.join(' ');
    if (name === '') return Object.entries(documents).map(toListed);
    const document = Object.hasOwn(documents, name) ? documents[name] : undefined;
    if (!document) throw unknownDocument(name, Object.keys(documents));
    const { z } = await import('zod');
    const printed = z.toJSONSchema(await document.schema());
    return { ...printed, title: `prodimport ${name}`, description: document.about };
  },
  render(result, { width }) {
    if (!Array.isArray(result)) return JSON.stringify(result, null, 2);
    const listed = result as Listed[];
    const longest = Math.max(...listed.map(({ document }) => document.length));
    return listed
      .map(({ document, about }) => `${document.padEnd(longest)}  ${about}`.slice(0, width))
      .join('\n');
  },
};

function toListed([document, { about, isLine = false }]: [
  string,
  { about: string; isLine?: boolean },
]): Listed {
  return { document, about, ndjson: isLine };
}

function unknownDocument(name: string, known: string[]): UsageError {
  const alike = known.filter((one) => one.startsWith(name) || one.endsWith(` ${name}`));
  const hint = alike.length > 0 ? ` Is it ${alike.join(', ')}?` : didYouMean(name, known);
  return new UsageError(
    `There is no document "${name}".${hint} \`prodimport schema\` lists them.`,
    'document_unknown',
  );
}
