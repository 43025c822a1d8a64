import type { z as Z } from 'zod';
import type { Session } from '../db/session.js';
import { fieldChanges, fieldChangesSchema, type Snapshot } from '../product/snapshot.js';
import { namedSku } from '../product/sku.js';
import { unknownProducts } from './get.js';
import type { ProductRow } from './schema.js';

const hows = ['load', 'undo', 'hand', 'purge'] as const;
const actions = ['inserted', 'updated', 'deactivated', 'deleted', 'touched'] as const;

/** What happened to a product at one time. */
export const historyEntrySchema = (z: typeof Z) =>
  z.object({
    at: z.iso.datetime(),
    action: z
      .enum(actions)
      .describe(
        'touched: written by a load whose changes nothing recorded, or who did is not known',
      ),
    how: z.enum(hows),
    jobId: z.string().nullable().describe('Of a load or an undo'),
    source: z.string().nullable().describe('What the job read, or undid'),
    by: z.string().nullable().describe('user@host; null where it is not known'),
    databaseRole: z.string().nullable(),
    productId: z.string().nullable(),
    sku: z.string().describe('As it was from then on'),
    fields: fieldChangesSchema(z).nullable().describe('null where old values are not known'),
  });

export type HistoryEntry = Z.infer<ReturnType<typeof historyEntrySchema>>;

/** What is known of who did something. */
interface Who {
  at: Date;
  by: string | null;
  databaseRole: string | null;
}

/** A state in which a product was at some time, and the job that wrote it, if it was one. */
interface Version {
  productId: string;
  sku: string;
  owner: string | null;
  jobId: string | null;
  createdAt: Date;
  updatedAt: Date;
}

interface RecordedRow extends Who {
  productId: string;
  sku: string;
  action: Exclude<HistoryEntry['action'], 'touched'>;
  isUndo: boolean;
  old: Snapshot | null;
  new: Snapshot | null;
  /** The job that wrote `old`, if it was one. */
  wasOfJob: string | null;
  createdAt: Date | null;
  updatedAt: Date | null;
  /** Of `new`, where it was written by hand. */
  writtenAt: Date | null;
  /** Null for a change by hand. */
  jobId: string | null;
  source: string | null;
}

type TouchRow = Who &
  Pick<HistoryEntry, 'jobId' | 'how' | 'source'> &
  Pick<Version, 'productId' | 'sku' | 'owner'> & { isNew: boolean };

/** An entry, with what the next one has to know: whose the product is from then on. */
interface Known {
  entry: HistoryEntry;
  owner: unknown;
}

export interface History {
  entries: HistoryEntry[];
  /** Whether the product is stored though nothing says so, or the other way round. */
  endsUnknown: boolean;
}

/**
 * All that is known of what happened to the product of a SKU, by load and by hand, the oldest first;
 * also under the names that it had, and to products that had the SKU before it.
 * @throws NotFoundError where nothing is known of this SKU
 */
export async function readHistory(session: Session, named: string): Promise<History> {
  const sku = namedSku(named);
  const [stored] = await session.query<ProductRow>('catalog/get', [sku]);
  const { ids, keys } = await session.one<{ ids: string[]; keys: string[] }>('catalog/names', [
    sku,
    stored ? [stored.id] : [],
  ]);
  const recorded = await session.query<RecordedRow>('catalog/list_history', [ids, keys, sku]);
  const versions = await session.query<Version>('catalog/list_versions', [ids]);
  const known = [...recorded.map(knownOf), ...(await readTouches(session, recorded, versions))];
  if (known.length === 0) throw unknownProducts([named]);
  const entries = await withPurges(session, known.sort(byTime));
  const isLeft = entries.at(-1)!.action !== 'deleted';
  return { entries, endsUnknown: isLeft && versions.length === 0 };
}

function byTime({ entry: a }: Known, { entry: b }: Known): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : 0;
}

/** An undo does what its job did, the other way round. */
function knownOf(row: RecordedRow): Known {
  const { at, jobId, source, by, databaseRole, productId, isUndo } = row;
  const [before, after] = isUndo ? [row.new, row.old] : [row.old, row.new];
  const how = isUndo ? 'undo' : jobId === null ? 'hand' : 'load';
  const fields = fieldChanges(before, after);
  const sku = String((after ?? before)?.sku ?? row.sku);
  const action = isUndo ? undone[row.action] : row.action;
  const who = { jobId, source, by, databaseRole };
  const entry = { at: at.toISOString(), action, how, ...who, productId, sku, fields } as const;
  return { entry, owner: (after ?? before)?.owner ?? null };
}

const undone = {
  inserted: 'deleted',
  updated: 'updated',
  deactivated: 'updated',
  deleted: 'inserted',
} as const;

/** Who wrote the versions, stored or replaced, that no recorded change explains. */
async function readTouches(
  session: Session,
  recorded: readonly RecordedRow[],
  stored: readonly Version[],
): Promise<Known[]> {
  const versions = [...recorded.flatMap(versionBefore), ...stored];
  const unexplained = new Map<string, Version>();
  for (const version of versions) {
    if (recorded.some((row) => explains(row, version))) continue;
    const { productId, jobId, updatedAt } = version;
    unexplained.set(`${productId} ${jobId ?? updatedAt.toISOString()}`, version);
  }
  if (unexplained.size === 0) return [];
  const asked = [...unexplained.values()].map((version) => ({
    product_id: version.productId,
    sku: version.sku,
    owner: version.owner,
    job_id: version.jobId,
    created_at: version.createdAt,
    updated_at: version.updatedAt,
  }));
  const rows = await session.query<TouchRow>('catalog/list_touches', [JSON.stringify(asked)]);
  return rows.map(({ at, owner, isNew, ...known }) => {
    const action = isNew ? 'inserted' : 'touched';
    return { entry: { ...known, at: at.toISOString(), action, fields: null }, owner };
  });
}

function versionBefore({ old, productId, wasOfJob, createdAt, updatedAt }: RecordedRow): Version[] {
  if (old === null) return [];
  const { sku, owner } = old as { sku: string; owner: string | null };
  return [{ productId, sku, owner, jobId: wasOfJob, createdAt: createdAt!, updatedAt: updatedAt! }];
}

/** Images that are done later move the time of a version, but not back. */
function explains(row: RecordedRow, { productId, jobId, updatedAt }: Version): boolean {
  if (row.productId !== productId) return false;
  if (jobId !== null) return row.jobId === jobId;
  return row.writtenAt !== null && row.writtenAt <= updatedAt;
}

/** A purge keeps no old values; it deleted what was there, if it was of the owner it names. */
async function withPurges(session: Session, known: readonly Known[]): Promise<HistoryEntry[]> {
  const purges = await session.query<Who & { owner: string | null }>('catalog/list_purges');
  const entries: HistoryEntry[] = [];
  for (const [place, { entry, owner }] of known.entries()) {
    entries.push(entry);
    const next = known[place + 1]?.entry.at;
    if (entry.action === 'deleted') continue;
    const purge = purges.find(({ at, owner: only }) => {
      const moment = at.toISOString();
      const isNext = moment > entry.at && (next === undefined || moment < next);
      return isNext && (only === null || only === owner);
    });
    if (purge) entries.push(purgedBy(purge, entry));
  }
  return entries;
}

function purgedBy({ at, by, databaseRole }: Who, { productId, sku }: HistoryEntry): HistoryEntry {
  const none = { jobId: null, source: null, fields: null };
  const known = { by, databaseRole, productId, sku };
  return { at: at.toISOString(), action: 'deleted', how: 'purge', ...none, ...known };
}
