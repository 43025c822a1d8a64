import type { Command, Document } from '../command.js';
import { didYouMean } from '../closest.js';
import { UsageError } from '../errors.js';
import { progressLineSchema } from '../terminal/progress/schema.js';
import { errorSchema, listedSchema, type Listed } from './schema/schema.js';

/** What streams carry besides the documents of commands. */
const streams: Record<string, Document> = {
  progress: {
    about: 'how far a run is, a line of --progress json on standard error',
    schema: progressLineSchema,
    isLine: true,
  },
  error: {
    about: 'why a run ended, on standard error, with --json or --progress json',
    schema: errorSchema,
    isLine: true,
  },
};

/** Every document, by the words of the command that prints it with `--json`. */
export function documentsOf(commands: readonly Command[]): Record<string, Document> {
  const ofCommands = commands.flatMap(({ name, document, otherDocuments = {} }) =>
    document ? [[name, document] as const, ...Object.entries(otherDocuments)] : [],
  );
  return { ...Object.fromEntries(ofCommands), ...streams };
}

/** @param commands those whose documents it knows, itself among them */
export const schema = (commands: () => readonly Command[]): Command<Listed[] | object> => ({
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
    const documents = documentsOf(commands());
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
