import type { Source } from '../../source/source.js';
import type { LoadOptions } from './asked.js';

interface Idle {
  option: keyof LoadOptions;
  /** As one types it. */
  flag: string;
  isIdle: (source: Source, options: LoadOptions) => boolean;
  why: string;
}

const isNoText = ({ dialect }: Source) => dialect === null;

/** What can be typed, and then does nothing. */
const idle: Idle[] = [
  { option: 'delimiter', flag: '--delimiter', isIdle: isNoText, why: 'a workbook has cells' },
  { option: 'quote', flag: '--quote', isIdle: isNoText, why: 'a workbook has cells' },
  {
    option: 'escape',
    flag: '--escape',
    isIdle: ({ dialect }) => !dialect?.quote,
    why: 'there are no quotes around cells',
  },
  { option: 'ragged', flag: '--ragged', isIdle: isNoText, why: 'a workbook has cells' },
  {
    option: 'encoding',
    flag: '--encoding',
    isIdle: (source) => isNoText(source) && source.format !== 'xls',
    why: 'a workbook says its own',
  },
  {
    option: 'missingLimit',
    flag: '--missing-limit',
    isIdle: (_, { missing }) => missing === 'keep',
    why: 'it needs --missing deactivate or --missing delete',
  },
  {
    option: 'recordChanges',
    flag: '--record-changes',
    isIdle: (_, { dryRun }) => dryRun === true,
    why: 'a dry run changes nothing; --diff FILE tells what would change',
  },
  {
    option: 'skipLoaded',
    flag: '--skip-loaded',
    isIdle: (_, { dryRun }) => dryRun === true,
    why: 'a dry run is not skipped, as it leaves no job',
  },
];

/** A sentence for each option on the command line that does nothing for this file. */
export function idleNotes(source: Source, options: LoadOptions): string[] {
  return idle
    .filter(({ option, isIdle }) => options.typed(option) && isIdle(source, options))
    .map(({ flag, why }) => `${flag} has no effect: ${why}`);
}
