import type { z as Z } from 'zod';
import type { Command } from '../../cli/command.js';
import { showCount } from '../../terminal/figures.js';
import { headerOption, type OptionSpec } from '../../option.js';
import { renderTable } from '../../terminal/table.js';

const head = ['owner', 'products', 'active'];

const options = [headerOption(head)] as const satisfies OptionSpec[];

const ownerSchema = (z: typeof Z) =>
  z.object({
    owner: z.string().nullable().describe('null for the products without owner'),
    products: z.int().nonnegative(),
    active: z.int().nonnegative().describe('Those of them that are active'),
  });

type Owner = Z.infer<ReturnType<typeof ownerSchema>>;

export const ownerList: Command<Owner[], typeof options> = {
  name: 'owner list',
  summary: 'owners, with how many products they have',
  description:
    'Lists the owners by name, each with how many products it has, and how many of those are active; last the products without owner.',
  examples: ['prodimport owner list', 'prodimport owner list --json'],
  options,
  document: { about: 'owners of products', schema: (z) => ownerSchema(z).array() },
  async run(context) {
    return (await (await context.database()).main()).query<Owner>('catalog/list_owners');
  },
  async render(owners, page) {
    const figure = (count: number) => (page.isTerminal ? showCount(count) : String(count));
    const rows = owners.map(({ owner, products, active }) => [
      owner ?? (page.isTerminal ? '(no owner)' : ''),
      figure(products),
      figure(active),
    ]);
    const fit = { right: ['products', 'active'], gives: 'owner' };
    return renderTable({ head, rows, ...fit, none: 'No products.' }, page);
  },
};
