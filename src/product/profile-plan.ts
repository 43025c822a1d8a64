import type { PlannedColumn } from './header.js';
import type { Row } from '../source/source.js';
import { cellText, isBlank } from './cell.js';
import { anyText, headerKey, headerTest } from './header-text.js';
import { findColumn } from './map-option.js';
import type { Action } from './product.js';
import type { Condition, Profile } from './profile.js';

/** The columns (from 0; -1 is none) of a condition, and what fits their text in lower case. */
export type PlannedCondition = readonly { at: number; fits: RegExp }[];

/** Column indexes (from 0) for rows that carry their common cells only once. */
export interface PlannedFillDown {
  /** The first filled of these columns says which rows belong together; none: `startsWith` does. */
  by: readonly number[];
  startsWith: PlannedCondition;
  columns: readonly { at: number; only: PlannedCondition }[];
}

export interface PlannedSkip {
  when: PlannedCondition;
  /** Null where nothing takes a row out again. */
  unless: PlannedCondition | null;
  again: boolean;
  say: string;
}

/** What a profile means for the rows of one file. */
export interface PlannedProfile {
  fillDown: PlannedFillDown | null;
  fillFrom: readonly { to: number; from: number }[];
  skip: readonly PlannedSkip[];
  /** The profile's own words of the action columns, lower case. */
  actionWords: ReadonlyMap<string, Action | 'skip'>;
  /** Columns in which `\n` stands for a line break. */
  lineBreaks: readonly number[];
}

type Find = (header: string) => number;

/** @param profile null: rows are taken as they stand */
export function planProfile(
  profile: Profile | null,
  headers: readonly string[],
  columns: readonly PlannedColumn[],
): PlannedProfile {
  const find: Find = (header) => {
    const test = headerTest(header);
    const at = header.includes(anyText)
      ? headers.findIndex((each) => test(headerKey(each)))
      : findColumn(header, headers);
    return at >= 0 ? at : columns.findIndex(({ field }) => field === header);
  };
  return {
    fillDown: profile === null ? null : planFillDown(profile, find),
    fillFrom: Object.entries(profile?.fillFrom ?? {})
      .map(([to, from]) => ({ to: find(to), from: find(from) }))
      .filter(({ to, from }) => to >= 0 && from >= 0),
    skip: (profile?.skip ?? []).map(({ when, unless, again = false, say }) => ({
      when: planCondition(when, find),
      unless: unless === undefined ? null : planCondition(unless, find),
      ...{ again, say },
    })),
    actionWords: new Map(Object.entries(profile?.actionWords ?? {})),
    lineBreaks: (profile?.lineBreaks ?? []).map(find).filter((at) => at >= 0),
  };
}

function planFillDown({ fillDown }: Profile, find: Find): PlannedFillDown | null {
  if (fillDown === null) return null;
  const by = [fillDown.by ?? []].flat().map(find);
  const startsWith = planCondition(fillDown.startsWith ?? {}, find);
  const found = by.filter((at) => at >= 0);
  if (found.length === 0 && !startsWith.some(({ at }) => at >= 0)) return null;
  const columns = fillDown.columns.map((header) => {
    return { at: find(header), only: planCondition(fillDown.only?.[header] ?? {}, find) };
  });
  return {
    by: found,
    startsWith,
    columns: columns.filter(({ at }) => at >= 0 && !found.includes(at)),
  };
}

function planCondition(condition: Condition, find: Find): PlannedCondition {
  return Object.entries(condition).map(([header, texts]) => {
    const choices = [texts].flat().map((text) => pattern(text.toLowerCase()));
    return { at: find(header), fits: new RegExp(`^(?:${choices.join('|')})$`, 'su') };
  });
}

/** `*` alone is any text, within others any text or none. */
function pattern(text: string): string {
  if (text === '*') return '.+';
  return text.split('*').map(quotedForPattern).join('.*');
}

function quotedForPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** The row with the cells that its profile takes from others, and with line breaks as such. */
export function completed(row: Row, { fillFrom, lineBreaks }: PlannedProfile): Row {
  const cells = [...row.cells];
  for (const { to, from } of fillFrom) {
    if (from < cells.length && to < cells.length && isBlank(cells[to])) cells[to] = cells[from]!;
  }
  for (const at of lineBreaks) {
    const cell = cells[at];
    if (typeof cell === 'string' && cell.includes('\\n')) cells[at] = withLineBreaks(cell);
  }
  return { ...row, cells };
}

/** `\n` is a line break, `\\\\n` the two characters themselves. */
function withLineBreaks(text: string): string {
  return text.replace(/\\(\\?)n/g, (_, escaped) => (escaped === '' ? '\n' : '\\n'));
}

/** Whether all that the condition says of the row is so. */
export function holds(condition: PlannedCondition, { cells }: Row): boolean {
  return condition.every(({ at, fits }) => {
    const cell = cells[at];
    return fits.test(cell === undefined ? '' : cellText(cell).trim().toLowerCase());
  });
}
