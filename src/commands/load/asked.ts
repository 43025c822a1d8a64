import { UsageError } from '../../errors.js';
import type { Limit, LoadRequest } from '../../load/request.js';
import type { Action } from '../../product/product.js';
import type { SourceFormat } from '../../source/source.js';
import { waitMsOf, type WaitOptions } from '../wait-option.js';

/** The options as commander hands them over. */
export interface LoadOptions extends WaitOptions {
  format: 'auto' | SourceFormat;
  sheet?: string;
  delimiter: string;
  encoding: string;
  headerRow: 'auto' | number;
  map?: string[];
  profile: string;
  extra: 'keep' | 'ignore' | 'error';
  action: Action;
  onExisting: LoadRequest['onExisting'];
  onDuplicate: LoadRequest['onDuplicate'];
  blank: LoadRequest['blank'];
  active?: boolean;
  inactive?: boolean;
  owner?: string;
  missing: LoadRequest['missing'];
  missingLimit?: Limit;
  maxRejects?: Limit;
  acceptRejects?: boolean;
  decimal: 'auto' | '.' | ',';
  allowMangled?: boolean;
  rejects?: string;
  dryRun?: boolean;
  diff?: string;
  recordChanges?: boolean;
  skipLoaded?: boolean;
  detach?: boolean;
  /** Whether the command line names an option. */
  given: (name: string) => boolean;
}

/** The options that decide what a file does to the catalogue; the other ones only how it is told. */
const decisive = [
  'format',
  'sheet',
  'delimiter',
  'encoding',
  'headerRow',
  'map',
  'profile',
  'extra',
  'decimal',
  'allowMangled',
  'action',
  'onExisting',
  'onDuplicate',
  'blank',
  'inactive',
  'owner',
  'missing',
] as const satisfies readonly (keyof LoadOptions)[];

/** What a job remembers of its options. */
export function rememberedOptions(options: LoadOptions): Record<string, unknown> {
  return Object.fromEntries(decisive.map((name) => [name, options[name] ?? null]));
}

/**
 * Refuses options that contradict one another, before anything is opened.
 * @throws UsageError
 */
export function checkOptions(file: string, options: LoadOptions): void {
  const fromStdin = file === '-';
  if (options.active && options.inactive) {
    throw new UsageError('--active and --inactive exclude one another: give one of them.');
  }
  if (fromStdin && options.skipLoaded) {
    throw new UsageError('--skip-loaded needs a file: standard input can be read only once.');
  }
  if (fromStdin && options.missing !== 'keep' && !options.missingLimit) {
    throw new UsageError(
      'With - the end of the file can not be told from a broken pipe: give --missing-limit with --missing.',
    );
  }
  if (options.detach && options.dryRun) {
    throw new UsageError(
      '--dry-run is no job that could be asked for its result later: leave out --detach.',
    );
  }
  if (options.diff && !options.dryRun) {
    throw new UsageError(
      '--diff tells what would change: it needs --dry-run. (--record-changes keeps what did.)',
    );
  }
}

/** The policies that the options ask for. */
export function readRequest(asked: LoadOptions): LoadRequest {
  return {
    action: asked.action,
    onExisting: asked.onExisting,
    onDuplicate: asked.onDuplicate,
    blank: asked.blank,
    newActive: !asked.inactive,
    owner: asked.owner ?? null,
    missing: asked.missing,
    missingLimit: asked.missingLimit ?? { value: 20, percent: true },
    maxRejects: asked.maxRejects ?? null,
    dryRun: asked.dryRun ?? false,
    recordChanges: asked.recordChanges ?? false,
    waitMs: waitMsOf(asked),
  };
}
