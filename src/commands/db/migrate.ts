import type { z as Z } from 'zod';
import type { Command } from '../../cli/command.js';
import type { Session } from '../../db/session.js';
import type { OptionSpec } from '../../option.js';

const migratedSchema = (z: typeof Z) =>
  z.object({
    schema: z.string(),
    applied: z.array(z.string()),
    searchIndex: z.boolean().describe('Whether product list --search has its index'),
  });

type Migrated = Z.infer<ReturnType<typeof migratedSchema>>;

const options = [
  {
    flags: '--search-index',
    description: 'make `product list --search` fast (needs pg_trgm; slows first loads)',
  },
  { flags: '--no-search-index', description: 'take that index away again' },
] as const satisfies OptionSpec[];

export const dbMigrate: Command<Migrated, typeof options> = {
  name: 'db migrate',
  needs: 'owner',
  lasts: true,
  summary: 'bring the schema up to date',
  description: 'Makes or updates the schema. Safe to repeat, and to run twice at once.',
  examples: [
    'prodimport db migrate',
    'prodimport db migrate --database postgresql://me@db/shop',
    'prodimport db migrate --search-index',
  ],
  options,
  document: { about: 'what was applied', schema: migratedSchema },
  async run(context, input) {
    const { migrate } = await import('../../db/migrate.js');
    const database = await context.databaseAsItIs();
    context.note(`Migrating ${database.label}, schema ${database.schema}`);
    const session = await database.main();
    const { searchIndex } = input.options;
    // No transaction around all: each step is one, and what is made of them stays.
    return session.heeding(context.signal, async () => {
      const applied = await migrate(session);
      return {
        schema: database.schema,
        applied,
        searchIndex: await keepIndex(session, searchIndex),
      };
    });
  },
  render({ schema, applied, searchIndex }) {
    const index = searchIndex ? ' Searching has its index.' : ' Searching has no index.';
    if (applied.length === 0) return `Schema ${schema} is up to date.${index}`;
    return `Schema ${schema}: applied ${applied.join(', ')}.${index}`;
  },
};

/** @param wanted undefined leaves the index as it is */
async function keepIndex(session: Session, wanted: boolean | undefined): Promise<boolean> {
  const index = await import('../../db/search-index.js');
  if (wanted === true) await index.createSearchIndex(session);
  if (wanted === false) await index.dropSearchIndex(session);
  return wanted ?? (await index.searchSchema(session)) !== null;
}
