import type { z as Z } from 'zod';
import type { Command, Document } from './command.js';
import { progressLineSchema } from '../terminal/progress/json.js';

/** The last line of standard error of a run that failed. */
const errorSchema = (z: typeof Z) =>
  z.object({
    error: z.object({
      code: z.string().describe('A stable word for programs'),
      message: z.string().describe('What, where, and the way out'),
    }),
  });

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
