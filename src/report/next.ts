import type { RejectCode, RejectGroup } from '../product/reject.js';
import { shellWord } from '../errors.js';
import { isUndo } from './facts.js';
import type { Report } from '../load/job.js';

/** Something to do after a load: a command to copy, or only a sentence. */
export interface Step {
  command: string | null;
  why: string;
}

const maxHints = 2;

/** What a person may want to do now; empty after a clean load. */
export function nextSteps(report: Report, groups: RejectGroup[]): Step[] {
  if (report.status === 'running') return follow(report);
  return [...correct(report), ...hints(groups), ...again(report)];
}

function follow({ jobId }: Report): Step[] {
  if (jobId === null) return [];
  return [{ command: `prodimport status ${jobId} --follow`, why: 'watch it until it ends' }];
}

function correct({ rows, jobId, rejectsFile }: Report): Step[] {
  if (rows.rejected === 0) return [];
  const steps: Step[] = [];
  if (rejectsFile !== null) {
    steps.push({
      command: `prodimport load ${shellWord(rejectsFile)}`,
      why: 'once the rows in it are corrected, with options such as --map as before',
    });
  }
  if (jobId !== null) {
    steps.push({ command: `prodimport report ${jobId} --format csv`, why: 'every rejected row' });
  }
  if (rejectsFile === null) {
    const why =
      'Load with --rejects FILE to get such rows in their own columns, to correct and load.';
    steps.push({ command: null, why });
  }
  return steps;
}

function again(report: Report): Step[] {
  const { status, dryRun } = report;
  if (dryRun && !changesAnything(report)) return [];
  if (dryRun) return [{ command: null, why: 'To load it, run it again without --dry-run.' }];
  const stopped = status === 'failed' || status === 'interrupted' || status === 'crashed';
  if (!stopped) return [];
  const what = isUndo(report) ? 'undo the job' : 'load the file';
  return [{ command: null, why: `Nothing is left half done: it is safe to ${what} again.` }];
}

function changesAnything({ products, missing }: Report): boolean {
  const { inserted = 0, updated = 0, deleted = 0 } = products ?? {};
  return inserted + updated + deleted + missing.deactivated + missing.deleted > 0;
}

function hints(groups: RejectGroup[]): Step[] {
  const found = new Set(groups.flatMap(({ code }) => hintFor[code] ?? []));
  return [...found].slice(0, maxHints).map((why) => ({ command: null, why }));
}

const mangled =
  'Excel has changed these SKUs: format the column as text where the file is made, or take them ' +
  'as they are with --allow-mangled.';
const broken =
  'A cell may hold a quote or a delimiter: see prodimport inspect, --delimiter, --quote and --escape.';
const asText = `A column of other values can stay as text: --map 'its header=attributes'.`;
// A row's own action stands above the option.
const asUpsert = 'As UPSERT, in the column action or else by --action upsert';

/** Ways out that an option offers; the other codes are explained by their own sentence. */
const hintFor: Partial<Record<RejectCode, string>> = {
  price_ambiguous: 'Say which sign separates decimals: --decimal . or --decimal ,',
  excel_scientific: mangled,
  excel_precision: mangled,
  excel_date: mangled,
  excel_format: mangled,
  column_count: broken,
  quote_unterminated: broken,
  quote_misplaced: broken,
  invalid_encoding: 'Name the encoding of the file: --encoding windows-1252, for example.',
  already_exists: `${asUpsert}, without --on-existing error, rows of stored SKUs update them.`,
  not_found: `${asUpsert}, rows of unknown SKUs insert them.`,
  gtin_invalid: asText,
  number_invalid: asText,
  date_invalid: asText,
  choice_invalid: asText,
  duplicate_in_file: 'With --on-duplicate last, the last row of a SKU wins.',
};
