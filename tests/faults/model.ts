import { isDeepStrictEqual } from 'node:util';

/**
 * What commands mean for the catalogue, said a second time: from the documentation alone, without a
 * database, one product after the other. Random programs hold the tool against it.
 */

export interface ModelProduct {
  id: number;
  sku: string;
  name: string | null;
  description: string | null;
  price: number | null;
  active: boolean;
  owner: string | null;
  colour: string | null;
  /** The job whose --missing took it away; a product that a file names again comes back. */
  takenBy: number | null;
}

/** A row of a file; a column that the file lacks is undefined, a blank cell ''. */
export interface ModelRow {
  sku: string;
  name?: string;
  description?: string;
  price?: string;
  active?: string;
  colour?: string;
  action?: string;
}

type Action = 'upsert' | 'add' | 'update' | 'delete';

export interface ModelLoad {
  rows: ModelRow[];
  action: Action;
  onExisting: 'update' | 'skip' | 'error';
  onDuplicate: 'last' | 'first' | 'error';
  blank: 'keep' | 'clear';
  newActive: boolean;
  owner: string | null;
  missing: 'keep' | 'deactivate' | 'delete';
  allOrNothing: boolean;
  recordChanges: boolean;
  dryRun: boolean;
}

/** What a command did, as far as it tells. */
export interface Told {
  code: number;
  counts?: Record<string, number>;
}

interface Change {
  before: ModelProduct | null;
  after: ModelProduct | null;
  isTaken: boolean;
}

const written = ['sku', 'name', 'description', 'price', 'active', 'owner', 'colour'] as const;
const keyOf = (sku: string) => sku.trim().toLowerCase();

export class Model {
  products = new Map<string, ModelProduct>();
  /** Changes of jobs that recorded them, by the number of the job. */
  changes = new Map<number, Change[]>();
  /** The number that was given last; changes by hand take theirs from those of jobs. */
  jobs = 0;
  private byHand = new Set<number>();
  private ids = 0;

  copy(): Model {
    const copy = new Model();
    copy.products = new Map([...this.products].map(([key, product]) => [key, { ...product }]));
    copy.changes = new Map(this.changes);
    copy.jobs = this.jobs;
    copy.byHand = new Set(this.byHand);
    copy.ids = this.ids;
    return copy;
  }

  load(load: ModelLoad): Told {
    const { rows, missing, allOrNothing, dryRun } = load;
    const job = dryRun ? 0 : ++this.jobs;
    const counts = { read: rows.length, rejected: 0, duplicates: 0, inserted: 0, updated: 0 };
    const more = { unchanged: 0, skipped: 0, deleted: 0, deactivated: 0, missingDeleted: 0 };
    const told = { ...counts, ...more };
    if (missing !== 'keep' && rows.some(({ sku }) => sku === '')) return { code: 4 };
    const after = this.copy();
    const changes: Change[] = [];
    for (const group of groupsOf(load, told)) {
      const row = settle(group, load, told);
      if (row !== null) after.merge(row, load, told, changes);
    }
    if (missing !== 'keep') after.takeMissing(load, job, told, changes);
    if (allOrNothing && told.rejected > 0) return { code: 4 };
    if (!dryRun) {
      this.products = after.products;
      this.ids = after.ids;
      if (load.recordChanges) this.changes.set(job, changes);
    }
    return { code: told.rejected > 0 ? 3 : 0, counts: told };
  }

  private merge(
    { row, action }: Taken,
    load: ModelLoad,
    told: Record<string, number>,
    changes: Change[],
  ): void {
    const key = keyOf(row.sku);
    const stored = this.products.get(key);
    const verdict = judge(stored, action, row, load);
    told[verdict]!++;
    if (verdict === 'inserted' || verdict === 'updated') {
      const product = this.apply(stored, row, load);
      this.products.set(key, product);
      changes.push({ before: stored ?? null, after: product, isTaken: false });
    } else if (verdict === 'deleted') {
      this.products.delete(key);
      changes.push({ before: stored!, after: null, isTaken: false });
    }
  }

  private apply(stored: ModelProduct | undefined, row: ModelRow, load: ModelLoad): ModelProduct {
    return applied(stored, row, load, () => ++this.ids);
  }

  private takeMissing(
    { rows, owner, missing }: ModelLoad,
    job: number,
    told: Record<string, number>,
    changes: Change[],
  ): void {
    const named = new Set(rows.map(({ sku }) => keyOf(sku)));
    for (const [key, product] of this.products) {
      if (!product.active || product.owner !== owner || named.has(key)) continue;
      if (missing === 'delete') {
        this.products.delete(key);
        changes.push({ before: product, after: null, isTaken: false });
        told.missingDeleted!++;
      } else {
        const taken = { ...product, active: false, takenBy: job };
        this.products.set(key, taken);
        changes.push({ before: product, after: taken, isTaken: true });
        told.deactivated!++;
      }
    }
  }

  get lastJob(): number {
    let job = this.jobs;
    while (this.byHand.has(job)) job--;
    return job;
  }

  undo(job: number): Told {
    if (job > this.jobs || job === 0 || this.byHand.has(job)) return { code: 6 };
    const changes = this.changes.get(job) ?? [];
    if (changes.length === 0) return { code: 2 };
    this.jobs++;
    const byId = new Map([...this.products.values()].map((product) => [product.id, product]));
    if (changes.some((change) => this.hasChangedSince(change, byId))) return { code: 4 };
    const counts = { inserted: 0, updated: 0, deleted: 0 };
    for (const { before, after, isTaken } of changes) {
      if (before === null) {
        this.products.delete(keyOf(byId.get(after!.id)!.sku));
        counts.deleted++;
      } else if (after === null) {
        this.products.set(keyOf(before.sku), { ...before });
        counts.inserted++;
      } else {
        const now = byId.get(after.id)!;
        const back = { ...now };
        for (const field of written) {
          if (before[field] !== after[field]) Object.assign(back, { [field]: before[field] });
        }
        if (now.takenBy === (isTaken ? job : null)) back.takenBy = before.takenBy;
        this.products.set(keyOf(back.sku), back);
        counts.updated++;
      }
    }
    return { code: 0, counts };
  }

  private hasChangedSince({ before, after }: Change, byId: Map<number, ModelProduct>): boolean {
    if (after === null) return this.products.has(keyOf(before!.sku));
    const now = byId.get(after.id);
    if (!now) return true;
    return written.some(
      (field) => now[field] !== after[field] && (before === null || before[field] !== after[field]),
    );
  }

  add(sku: string, name: string, price: number | null): Told {
    if (this.products.has(keyOf(sku))) return { code: 1 };
    const rest = { description: null, active: true, owner: null, colour: null, takenBy: null };
    this.products.set(keyOf(sku), { id: ++this.ids, sku, name, price, ...rest });
    this.byHand.add(++this.jobs);
    return { code: 0 };
  }

  update(sku: string, patch: { newSku?: string; price?: number; active?: boolean }): Told {
    const stored = this.products.get(keyOf(sku));
    if (!stored) return { code: 6 };
    const { newSku = stored.sku, price = stored.price, active } = patch;
    const other = this.products.get(keyOf(newSku));
    if (other && other !== stored) return { code: 1 };
    const takenBy = active === undefined ? stored.takenBy : null;
    this.products.delete(keyOf(sku));
    const changed = { ...stored, sku: newSku, price, active: active ?? stored.active, takenBy };
    this.products.set(keyOf(newSku), changed);
    const isSame = isDeepStrictEqual(changed, stored);
    if (!isSame) this.byHand.add(++this.jobs);
    return { code: 0 };
  }

  delete(skus: string[]): Told {
    if (skus.some((sku) => !this.products.has(keyOf(sku)))) return { code: 6 };
    for (const sku of skus) this.products.delete(keyOf(sku));
    this.byHand.add(++this.jobs);
    return { code: 0 };
  }

  purge(owner: string | null): Told {
    const gone = [...this.products].filter(([, it]) => owner === null || it.owner === owner);
    for (const [key] of gone) this.products.delete(key);
    return { code: 0, counts: { products: gone.length } };
  }
}

interface Taken {
  row: ModelRow;
  action: Action;
  /** A reject: it is no product, but what it says to do counts against the others of its SKU. */
  isBad: boolean;
}

/** The rows whose SKU and action can be read, by SKU, each group in the order of the file. */
function groupsOf(load: ModelLoad, told: Record<string, number>): Taken[][] {
  const groups = new Map<string, Taken[]>();
  for (const row of load.rows) {
    const word = (row.action ?? '').toLowerCase() || load.action;
    const isAction = ['upsert', 'add', 'update', 'delete'].includes(word);
    const action = word as Action;
    const lacksName = row.name === '' && (action === 'upsert' || action === 'add');
    const isBad = action !== 'delete' && (lacksName || row.price === '-1');
    if (row.sku === '' || !isAction || isBad) told.rejected!++;
    if (row.sku === '' || !isAction) continue;
    const group = groups.get(keyOf(row.sku)) ?? [];
    group.push({ row, action, isBad });
    groups.set(keyOf(row.sku), group);
  }
  return [...groups.values()];
}

/** The row that stands for its SKU; null where all of them are rejected. */
function settle(group: Taken[], load: ModelLoad, told: Record<string, number>): Taken | null {
  const products = group.filter(({ isBad }) => !isBad);
  const differ = group.some(({ action }) => action !== group[0]!.action);
  if (differ || (products.length > 1 && load.onDuplicate === 'error')) {
    told.rejected! += products.length;
    return null;
  }
  if (products.length === 0) return null;
  told.duplicates! += products.length - 1;
  return load.onDuplicate === 'first' ? products[0]! : products.at(-1)!;
}

function judge(
  stored: ModelProduct | undefined,
  action: Action,
  row: ModelRow,
  load: ModelLoad,
): 'rejected' | 'inserted' | 'updated' | 'unchanged' | 'skipped' | 'deleted' {
  if (!stored) {
    const mayInsert = action === 'upsert' || action === 'add';
    return mayInsert && row.name !== undefined ? 'inserted' : 'rejected';
  }
  if (action === 'add' || (action === 'upsert' && load.onExisting === 'error')) return 'rejected';
  const isTheirs = load.owner !== null && stored.owner !== null && stored.owner !== load.owner;
  if (isTheirs) return 'rejected';
  if (action === 'delete') return 'deleted';
  if (action === 'upsert' && load.onExisting === 'skip') return 'skipped';
  const product = applied(stored, row, load, () => 0);
  const isSame = written.every((field) => product[field] === stored[field]);
  return isSame && stored.takenBy === null ? 'unchanged' : 'updated';
}

function applied(
  stored: ModelProduct | undefined,
  row: ModelRow,
  load: ModelLoad,
  newId: () => number,
): ModelProduct {
  const cell = <T>(
    text: string | undefined,
    old: T | null,
    read: (text: string) => T,
  ): T | null => {
    if (text === undefined) return old;
    if (text !== '') return read(text);
    return load.blank === 'clear' ? null : old;
  };
  const flag = row.active ? row.active === 'yes' : null;
  const back = stored && (stored.active || stored.takenBy !== null);
  return {
    id: stored?.id ?? newId(),
    sku: row.sku,
    name: cell(row.name, stored?.name ?? null, String),
    description: cell(row.description, stored?.description ?? null, String),
    price: cell(row.price, stored?.price ?? null, Number),
    active: flag ?? back ?? load.newActive,
    owner: load.owner ?? stored?.owner ?? null,
    colour: cell(row.colour, stored?.colour ?? null, String),
    takenBy: null,
  };
}
