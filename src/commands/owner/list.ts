import type { z as Z } from 'zod';
import type { Command } from '../../cli/command.js';
import { showCount } from '../../terminal/figures.js';
import { renderTable } from '../../terminal/table.js';

const ownerSchema = (z: typeof Z) =>
  z.object({
    owner: z.string().nullable().describe('null for the products without owner'),
    products: z.int().nonnegative(),
    active: z.int().nonnegative().describe('Those of them that are active'),
  });

type Owner = Z.infer<ReturnType<typeof ownerSchema>>;

export const ownerList: Command<Owner[]> = {
  name: 'owner list',
  summary: 'owners, with how many products they have',
  description:
    'Lists the owners by name, each with how many products it has, and how many of those are active; last the products without owner.',
  examples: ['prodimport owner list', 'prodimport owner list --json'],
  document: { about: 'owners of products', schema: (z) => ownerSchema(z).array() },
  async run(context) {
    return (await (await context.database()).main()).query<Owner>('catalog/list_owners');
  },
  async render(owners, { isTerminal: isTTY, width, palette }) {
    if (owners.length === 0) return isTTY ? 'No products.' : '';
    const figure = (count: number) => (isTTY ? showCount(count) : String(count));
    const rows = owners.map(({ owner, products, active }) => [
      owner ?? (isTTY ? '(no owner)' : ''),
      figure(products),
      figure(active),
    ]);
    const head = ['owner', 'products', 'active'];
    const table = { head, rows, right: ['products', 'active'], gives: 'owner' };
    return (await renderTable(table, { isTTY, width, palette })).trimEnd();
  },
};
