import type { z as Z } from 'zod';
import type { Command, Document } from '../cli/command.js';
import { documentsOf } from '../cli/documents.js';
import { didYouMean, UsageError } from '../errors.js';

/** @param commands those whose documents it knows, itself among them */
export const schema = (commands: () => Promise<Command[]>): Command<Listed[] | object> => ({
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
  document: { about: 'the documents there are', schema: (z) => listedSchema(z).array() },
  async run(_context, input) {
    const documents = documentsOf(await commands());
    const name = input.arguments.join(' ');
    if (name === '') return Object.entries(documents).map(toListed);
    const document = Object.hasOwn(documents, name) ? documents[name] : undefined;
    if (!document) throw unknownDocument(name, Object.keys(documents));
    const { z } = await import('zod');
    const printed = z.toJSONSchema(document.schema(z));
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
});

function toListed([document, { about, isLine = false }]: [string, Document]): Listed {
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

/** A document that has a schema. */
const listedSchema = (z: typeof Z) =>
  z.object({
    document: z.string(),
    about: z.string(),
    ndjson: z.boolean().describe('Printed a line each'),
  });

type Listed = Z.infer<ReturnType<typeof listedSchema>>;
