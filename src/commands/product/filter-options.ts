import type { Context } from '../../cli/context.js';
import type { ProductFilter } from '../../catalog/filter.js';
import { UsageError } from '../../errors.js';
import type { OptionSpec } from '../../cli/option.js';

/** The options that choose products, as commander hands them over. */
export interface FilterOptions {
  search?: string;
  active?: boolean;
  inactive?: boolean;
  owner?: string;
  minPrice?: string;
  maxPrice?: string;
  changedSince?: Date;
  job?: string;
}

const group = 'Which products:';

export const filterOptions: OptionSpec[] = [
  { group, flags: '--search <text>', description: 'in SKU, name and description, in any case' },
  { group, flags: '--active', description: 'active ones only' },
  { group, flags: '--inactive', description: 'inactive ones only' },
  { group, flags: '--owner <id>', description: 'those of this owner' },
  { group, flags: '--min-price <price>', description: 'from this price on' },
  { group, flags: '--max-price <price>', description: 'up to this price' },
  {
    group,
    flags: '--changed-since <time>',
    description: 'such as 2026-01-31 or 2026-01-31T08:00:00Z (UTC unless it says otherwise)',
    parse: time,
  },
  { group, flags: '--job <job>', description: 'changed last by this job: its number, or last' },
];

/**
 * What the options ask for.
 * @throws UsageError for a contradiction · NotFoundError for an unknown job
 */
export async function readFilter(context: Context, asked: FilterOptions): Promise<ProductFilter> {
  const { search, owner, changedSince } = asked;
  const active = readActive(asked);
  const jobId = asked.job === undefined ? undefined : await findJob(context, asked.job);
  const minPrice = await readLimit('--min-price', asked.minPrice);
  const maxPrice = await readLimit('--max-price', asked.maxPrice);
  return { search, active, owner, minPrice, maxPrice, changedSince, jobId };
}

/** @throws UsageError for both at once */
export function readActive(asked: { active?: boolean; inactive?: boolean }): boolean | undefined {
  if (asked.active && asked.inactive) {
    throw new UsageError('--active and --inactive contradict each other: give one of them.');
  }
  if (asked.inactive) return false;
  return asked.active ? true : undefined;
}

async function findJob(context: Context, which: string): Promise<string | undefined> {
  const { getJob } = await import('../../job/job.js');
  const session = await (await context.database()).main();
  return (await getJob(session, which)).id ?? undefined;
}

async function readLimit(option: string, text?: string): Promise<string | undefined> {
  if (text === undefined) return undefined;
  const { Fault } = await import('../../product/fault.js');
  const { readPrice } = await import('../../product/price.js');
  // A limit is typed by hand: its point is a decimal mark.
  const price = readPrice(text, { mark: '.', rounds: false, isOfFile: false });
  if (price instanceof Fault || price === null) {
    throw new UsageError(`${option} ${JSON.stringify(text)}: it takes a price such as 12.50.`);
  }
  return price;
}

function time(text: string): Date {
  const match = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[-+]\d\d:?\d\d)?)?$/i.exec(
    text,
  );
  const isDay = text.length === 10;
  const date = new Date(!match || isDay || match[1] ? text : `${text}Z`);
  if (match && !Number.isNaN(date.getTime())) return date;
  throw new Error('It takes a day or a time such as 2026-01-31 or 2026-01-31T08:00:00Z.');
}
