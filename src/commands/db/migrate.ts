import type { Command } from '../../command.js';

interface Migrated {
  schema: string;
  applied: string[];
}

export const dbMigrate: Command<Migrated> = {
  name: 'db migrate',
  summary: 'bring the schema up to date',
  description: 'Makes or updates the schema. Safe to repeat, and to run twice at once.',
  examples: ['prodimport db migrate', 'prodimport db migrate --database postgresql://me@db/shop'],
  async run(context) {
    const { migrate } = await import('../../db/migrate.js');
    const database = await context.databaseAsItIs();
    context.note(`Migrating ${database.label}, schema ${database.schema}`);
    return { schema: database.schema, applied: await migrate(await database.main()) };
  },
  render({ schema, applied }) {
    if (applied.length === 0) return `Schema ${schema} is up to date.`;
    return `Schema ${schema}: applied ${applied.join(', ')}.`;
  },
};
