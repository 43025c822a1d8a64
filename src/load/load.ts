import { lockProducts } from '../db/lock.js';
import type { Session } from '../db/session.js';
import { FailedError, RefusedError, UsageError } from '../errors.js';
import type { KnownVersion } from '../remote/location.js';
import type { SourceRow, Taker } from '../source/source.js';
import { countOf, showCount } from '../terminal/figures.js';
import { plannedChanges, type Change } from './changes.js';
import { commitRun, type Run } from './commit.js';
import { newResult, noProducts, type RunResult } from './job.js';
import { classifyValues, merge, type MergeCounts } from './merge.js';
import { settleDuplicates, type Settled } from './settle.js';
import { applyMissing, countMissing, guardedNote, refuseToEmpty } from './missing.js';
import { holdFields } from './fields.js';
import type { Outcomes } from './outcomes.js';
import type { RunProgress } from './record.js';
import { moveLateRejects, Rejects } from './rejects.js';
import { exceeds, type LoadRequest } from './request.js';
import { stage, type Staged, type StageInput } from './stage.js';

/** One load: what to read, how to treat it, and where to write down what happens. */
export interface LoadRun extends Run {
  /** Gives what is to be read; null for a URL that still has what was loaded last. */
  open: () => Promise<Opened | null>;
  /** Whether bytes of this SHA-256 are what was loaded last; for those that had to be read first. */
  isLoaded: (sha256: string) => boolean;
}

/** What is read, once it is understood. */
export interface Opened {
  input: StageInput;
  request: LoadRequest;
  /** Where what becomes of each row is kept; null where nobody asks. */
  outcomes: Outcomes | null;
  /** What was decided about the file before it was read. */
  notes: string[];
  /** By what its version is known again. */
  version: KnownVersion | null;
  /** Given the changes that the merge is about to make, while nothing is changed yet. */
  onChanges?: ((changes: AsyncIterable<Change>) => Promise<void>) | undefined;
}

/** A load under way: its result and its rejects grow from step to step. */
interface Loading extends LoadRun, Opened {
  result: RunResult;
  rejects: Rejects;
  /** When its phase began. */
  since: number;
}

/**
 * Bytes become rows, rows become products or rejects, products are staged by COPY, one statement
 * merges them, and the counts are committed with them.
 * @returns the result, which says so where the load was refused
 * @throws what made the load fail, once the record says so too
 */
export async function load(run: LoadRun): Promise<RunResult> {
  let loading: Loading | null = null;
  const work = async (transaction: Session) => {
    const opened = await run.open();
    if (opened === null) return skipped(newResult());
    loading = begin(run, opened);
    await holdFields(transaction, opened.input.fields, opened.request.waitMs);
    const staged = await parseAndStage(loading, transaction);
    if (isLoadedAlready(loading)) return skipped(loading.result);
    await waitForOthers(loading, transaction);
    const settled = await settleDuplicates(transaction, { ...loading, staged });
    const merged = await mergeAll(loading, transaction, { staged, settled });
    return count(loading, { staged, settled, merged });
  };
  return commitRun(run, work, () => (loading ? soFar(loading) : newResult()));
}

function begin(run: LoadRun, opened: Opened): Loading {
  const { rejects: rejectsFile = null, outcomes: outcomesFile = null } = opened.request;
  const files = { rejectsFile, outcomesFile };
  const result = { ...newResult(), ...files, version: opened.version };
  return { ...run, ...opened, result, rejects: new Rejects(run.record.rejects), since: 0 };
}

/** A row that was rejected is news: of what was loaded last there was none. */
function isLoadedAlready({ isLoaded, result, rejects }: Loading): boolean {
  return rejects.rows === 0 && isLoaded(result.sha256!);
}

/** The result of a load that has nothing to do. */
export function skipped({ sha256, bytesRead, notes }: RunResult): RunResult {
  const ended = { status: 'skipped', exitCode: 0, products: noProducts } as const;
  return { ...newResult(), ...ended, sha256, bytesRead, notes };
}

/** The rows in batches, but for those that are taken before. */
async function* read(
  { input, signal }: Loading,
  taker: Taker | null,
): AsyncGenerator<Iterable<SourceRow>> {
  for await (const rows of input.source.rows(taker)) {
    signal.throwIfAborted();
    yield rows;
  }
}

async function parseAndStage(loading: Loading, transaction: Session): Promise<Staged> {
  const { input, request, result } = loading;
  loading.since = performance.now();
  const staged = await stage(transaction, loading, (taker) => read(loading, taker));
  result.sha256 = await input.source.sha256();
  noteReading(loading);
  result.phases.readMs = elapsedMs(loading.since);
  // With --missing or --replace the question is which products the file names: `countMissing` refuses.
  if (request.missing === 'keep' || !input.isLocal) refuseCut(input);
  return staged;
}

async function waitForOthers(loading: Loading, transaction: Session): Promise<void> {
  enter(loading, { phase: 'waiting', step: null });
  await lockProducts(transaction, loading.request.waitMs);
  enter(loading, { phase: 'merging', step: 'comparing' });
}

function enter(loading: Loading, now: Pick<RunProgress, 'phase' | 'step'>): void {
  const { record, result, rejects } = loading;
  loading.since = performance.now();
  const { rows, bytesRead } = result;
  record.progress({ ...now, rows: rows.read, rejected: rejects.rows, bytesRead });
}

/** What came of the steps of a load. */
interface Steps {
  staged: Staged;
  settled: Settled;
  merged: MergeCounts;
}

/** Merges the rows, and does to the products that the file does not name what was asked. */
async function mergeAll(
  loading: Loading,
  transaction: Session,
  { staged, settled }: Omit<Steps, 'merged'>,
): Promise<MergeCounts> {
  const { input, request, record, result, outcomes } = loading;
  const { present, hasAction, lacking } = input;
  await noteGuarded(loading, transaction);
  const missing = await countMissing(transaction, request, staged, input.source.damage());
  const products = staged.products - settled.duplicates - settled.rejected;
  const onStep = record.step.bind(record);
  const plan = { request, staged, present, hasAction, lacking, products, outcomes, onStep };
  await loading.onChanges?.(plannedChanges(transaction, classifyValues(plan), request));
  const merged = await merge(transaction, plan, record.jobId);
  refuseToEmpty(request, merged);
  if (missing > 0 && !request.dryRun) onStep('writing');
  result.missing = await applyMissing(transaction, request, record.jobId, missing);
  result.rejectedLate = merged.rejected + settled.rejected;
  if (result.rejectedLate > 0) await moveLateRejects(transaction, loading.rejects, outcomes);
  await transaction.query('load/drop_staging', [], staged.table);
  return merged;
}

/**
 * The result with all its counts.
 * @throws RefusedError when more rows were rejected than the user accepts · FailedError when the
 * counts do not add up
 */
function count(loading: Loading, { staged, settled, merged }: Steps): RunResult {
  const { request, result, rejects } = loading;
  const { inserted, updated, unchanged, deleted, way } = merged;
  const skipped = merged.skipped + staged.skipped;
  result.products = { inserted, updated, unchanged, skipped, deleted };
  result.rows = { ...result.rows, rejected: rejects.rows, duplicates: settled.duplicates };
  result.phases = { ...result.phases, mergeMs: elapsedMs(loading.since), way };
  checkRejects(request, result);
  checkBalance(result);
  const isClean = rejects.rows === 0;
  const exitCode = isClean || request.acceptRejects ? 0 : 3;
  return { ...result, status: isClean ? 'completed' : 'completed_with_rejects', exitCode };
}

/** @throws RefusedError when more rows were rejected than the user accepts */
function checkRejects({ maxRejects }: LoadRequest, { rows }: RunResult): void {
  if (!maxRejects || !exceeds(maxRejects, rows.rejected, rows.read)) return;
  const limit = `${maxRejects.value}${maxRejects.percent ? '%' : ''}`;
  throw new RefusedError(
    `${showCount(rows.rejected)} of ${countOf(rows.read, 'row')} were rejected; --max-rejects allows ${limit}. Products are unchanged.`,
    'max_rejects',
  );
}

/**
 * Checks the law that every row that was read went exactly one way. The numbers come from the
 * database, so this finds a row that got lost on the way.
 * @throws FailedError `counts_unbalanced`; the transaction is then rolled back
 */
export function checkBalance({ rows, products }: Pick<RunResult, 'rows' | 'products'>): void {
  const { inserted, updated, unchanged, skipped, deleted } = products!;
  const ways = { ...rows, inserted, updated, unchanged, skipped, deleted, read: 0 };
  const sum = Object.values(ways).reduce((total, count) => total + count, 0);
  if (sum === rows.read && Object.values(ways).every((count) => count >= 0)) return;
  throw new FailedError(
    `The counts do not add up to the ${rows.read} rows read: ${JSON.stringify(ways)}. This is a fault of prodimport; products are unchanged.`,
    'counts_unbalanced',
  );
}

/** Adds a note where a product is stored under the guarded form of a SKU of the file. */
async function noteGuarded(loading: Loading, transaction: Session): Promise<void> {
  if (loading.input.parser.guardedSkus() === 0) return;
  const note = await guardedNote(transaction, loading.request);
  if (note !== null) loading.result.notes.push(note);
}

/** @throws UsageError when a packed file could not be unpacked to its end · FailedError of a URL */
function refuseCut({ source, isLocal }: StageInput): void {
  const reason = source.cut();
  if (reason === null) return;
  if (!isLocal) {
    throw new FailedError(
      `${source.name}: ${reason}, so that rows may be lacking. Load it again. Products are unchanged.`,
      'source_cut',
    );
  }
  throw new UsageError(
    `${source.name}: ${reason}, so that rows may be lacking. Get the file again; to load what is there, unpack it first: gunzip -c FILE | prodimport load -. Products are unchanged.`,
    'file_damaged',
  );
}

/** Notes what is known of the file, however far it was read. */
function noteReading({ input: { source, parser }, notes, result }: Loading): void {
  const damage = source.damage();
  result.bytesRead = source.bytesRead();
  result.pricesRounded = parser.pricesRounded();
  const found = [...source.warnings(), ...parser.warnings(), ...(damage ? [damage] : [])];
  result.notes = [...new Set([...notes, ...found])];
}

/** The result of a load that ends early. */
async function soFar(loading: Loading): Promise<RunResult> {
  const { result, rejects } = loading;
  await rejects.flush(true);
  noteReading(loading);
  return { ...result, rows: { ...result.rows, rejected: rejects.rows } };
}

function elapsedMs(since: number): number {
  return Math.round(performance.now() - since);
}
