import { lockProducts } from '../db/lock.js';
import type { Session } from '../db/session.js';
import { RefusedError, UsageError } from '../errors.js';
import type { Source } from '../source/source.js';
import { countOf, showCount } from '../terminal/figures.js';
import { checkBalance, emptyOutcome, type Outcome, type RunProgress } from './record.js';
import { classifyValues, merge, settleDuplicates } from './merge.js';
import { applyMissing, countMissing, guardedNote } from './missing.js';
import { moveLateRejects, Rejects } from './rejects.js';
import { plannedChanges, type Change } from './changes.js';
import { runRecorded, type RecordedRun } from './recorded.js';
import { exceeds, type LoadRequest } from './request.js';
import { stage, type StageInput } from './stage.js';

/** One load: what to read, how to treat it, and where to write down what happens. */
export interface LoadRun extends RecordedRun {
  input: StageInput;
  request: LoadRequest;
  /** What was decided about the file before it was read. */
  notes: string[];
  /** Given the changes that the merge is about to make, while nothing is changed yet. */
  onChanges?: ((changes: AsyncIterable<Change>) => Promise<void>) | undefined;
}

/**
 * Bytes become rows, rows become products or rejects, products are staged by COPY, one statement
 * merges them, and the counts become the report.
 * @throws what ended the run, once the record says so too
 */
export async function load(run: LoadRun): Promise<Outcome> {
  const outcome = emptyOutcome();
  const rejects = new Rejects(run.record);
  const work = (transaction: Session) => carryOut(run, transaction, rejects, outcome);
  return runRecorded(run, work, async () => {
    await rejects.flush(true);
    return { ...outcome, ...soFar(run), rows: { ...outcome.rows, rejected: rejects.rows } };
  });
}

async function carryOut(
  run: LoadRun,
  transaction: Session,
  rejects: Rejects,
  outcome: Outcome,
): Promise<Outcome> {
  const { input, request, record } = run;
  const readingSince = performance.now();
  const staged = await stage(transaction, { ...run, rows: outcome.rows }, rejects);
  Object.assign(outcome, await atEnd(run));
  outcome.phases.readMs = elapsedMs(readingSince);
  // Under --missing that is a matter of which products are named, and refused as such.
  if (request.missing === 'keep') refuseCut(input.source);

  const enter = (phase: RunProgress['phase']) => {
    const { rows, bytesRead } = outcome;
    record.progress({ phase, rows: rows.read, rejected: rejects.rows, bytesRead });
  };
  enter('waiting');
  await lockProducts(transaction, request.waitMs);
  enter('merging');
  const mergingSince = performance.now();
  const settled = await settleDuplicates(transaction, { staged, request });
  await tellGuarded(run, transaction, outcome);
  const missing = await countMissing(transaction, request, staged, input.source.damage());
  const products = staged.products - settled.duplicates - settled.rejected;
  const plan = { request, staged, present: input.present, hasAction: input.hasAction, products };
  await run.onChanges?.(plannedChanges(transaction, classifyValues(plan), request));
  const { rejected, way, ...counts } = await merge(transaction, plan, record.jobId);
  outcome.missing = await applyMissing(transaction, request, record.jobId, missing);
  outcome.rejectedLate = rejected + settled.rejected;
  if (outcome.rejectedLate > 0) await moveLateRejects(transaction, rejects);
  await transaction.query('load/drop_staging');
  outcome.rows = { ...outcome.rows, duplicates: settled.duplicates, rejected: rejects.rows };
  outcome.products = { ...counts, skipped: counts.skipped + staged.skipped };
  Object.assign(outcome.phases, { mergeMs: elapsedMs(mergingSince), way });

  await record.settle();
  checkRejects(request, outcome);
  checkBalance(outcome);
  outcome.status = rejects.rows > 0 ? 'completed_with_rejects' : 'completed';
  return outcome;
}

/** @throws RefusedError under --missing: the guarded product would be taken for another one */
async function tellGuarded(run: LoadRun, transaction: Session, outcome: Outcome): Promise<void> {
  if (run.input.parser.guardedSkus() === 0) return;
  const note = await guardedNote(transaction, run.request);
  if (note !== null) outcome.notes.push(note);
}

/** @throws UsageError when a packed file could not be unpacked to its end */
function refuseCut(source: Source): void {
  const reason = source.cut();
  if (reason === null) return;
  throw new UsageError(
    `${source.name}: ${reason}, so that rows may be lacking. Get the file again; to load what is there, unpack it first: gunzip -c FILE | prodimport load -. Products are unchanged.`,
    'file_damaged',
  );
}

/** @throws RefusedError when more rows were rejected than the user accepts */
function checkRejects({ maxRejects }: LoadRequest, { rows }: Outcome): void {
  if (!maxRejects || !exceeds(maxRejects, rows.rejected, rows.read)) return;
  const limit = `${maxRejects.value}${maxRejects.percent ? '%' : ''}`;
  throw new RefusedError(
    `${showCount(rows.rejected)} of ${countOf(rows.read, 'row')} were rejected; --max-rejects allows ${limit}. Products are unchanged.`,
    'max_rejects',
  );
}

async function atEnd(run: LoadRun): Promise<Partial<Outcome>> {
  return { sha256: await run.input.source.sha256(), ...soFar(run) };
}

/** What is known of the file however far it was read. */
function soFar({
  input: { source, parser },
  notes,
}: LoadRun): Pick<Outcome, 'bytesRead' | 'notes' | 'pricesRounded'> {
  const damage = source.damage();
  const bytesRead = source.bytesRead();
  const pricesRounded = parser.pricesRounded();
  const met = [...source.warnings(), ...parser.warnings(), ...(damage ? [damage] : [])];
  return { bytesRead, pricesRounded, notes: [...notes, ...met] };
}

function elapsedMs(since: number): number {
  return Math.round(performance.now() - since);
}
