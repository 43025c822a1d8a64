import { closest, didYouMean, UsageError, shellWord } from '../errors.js';
import type { ColumnTarget } from './aliases.js';
import { isFieldName } from './field.js';
import { ownTarget, targetName } from './aliases.js';
import { headerKey, maxHeaderLength, shownHeader } from './header-text.js';
import { fields } from './product.js';

/** One `--map "Source header=field"`, or `1=sku` with a column's number. */
export interface Mapping {
  header: string;
  target: ColumnTarget;
}

export const columnTargets = [...fields, 'action'] as const;

/**
 * @param own names of fields of one's own; null where they are not known yet, and any may be one
 * @throws UsageError for a mapping that says nothing, an unknown field, or one field twice
 */
export function parseMappings(
  texts: readonly string[],
  own: readonly string[] | null = [],
): Mapping[] {
  const mappings = texts.map((text) => parseMapping(text, own));
  for (const [place, { target }] of mappings.entries()) {
    const first = mappings.findIndex((mapping) => mapping.target === target);
    if (first === place || target === 'attributes' || target === 'images') continue;
    throw new UsageError(
      `--map "${texts[first]}" and --map "${texts[place]}" name the same field: keep one of them`,
      'map_field_twice',
    );
  }
  return mappings;
}

function parseMapping(text: string, own: readonly string[] | null): Mapping {
  // A header may contain the sign, a field never does.
  const at = text.lastIndexOf('=');
  const header = text.slice(0, at).trim();
  const name = text.slice(at + 1).trim();
  if (at < 1 || header === '' || name === '') {
    throw new UsageError(
      `--map "${text}" is not of the form "Source header=field", such as --map "Artikel=sku"`,
      'map_malformed',
    );
  }
  const target = columnTargets.find((known) => known === name.toLowerCase());
  if (target !== undefined) return { header, target };
  const ownName = name.toLowerCase();
  if (own === null ? isFieldName(ownName) : own.includes(ownName)) {
    return { header, target: ownTarget(ownName) };
  }
  const known = [...columnTargets, ...(own ?? [])];
  const hint = didYouMean(name, known);
  throw new UsageError(
    `--map "${text}": there is no field "${name}".${hint} The fields are ${known.join(', ')}`,
    'map_unknown_field',
  );
}

/**
 * The column (from 0) that each mapping means.
 * @throws UsageError for a header that the file does not have, or one that is mapped twice
 */
export function locateMappings(
  mappings: readonly Mapping[],
  headers: readonly string[],
): Map<number, ColumnTarget> {
  const located = new Map<number, ColumnTarget>();
  for (const { header, target } of mappings) {
    const index = findColumn(header, headers);
    if (index < 0) throw unknownHeader(header, target, headers);
    if (located.has(index)) {
      throw new UsageError(
        `--map gives the column "${header}" to two fields: keep one of them`,
        'map_header_twice',
      );
    }
    located.set(index, target);
  }
  return located;
}

/** By its very text, else by what counts of it, else by its number (from 1); -1 where it is none. */
export function findColumn(header: string, headers: readonly string[]): number {
  const same = headers.indexOf(header);
  if (same >= 0) return same;
  const key = headerKey(header);
  const alike = key === '' ? -1 : headers.findIndex((known) => headerKey(known) === key);
  if (alike >= 0 || !/^\d{1,5}$/.test(header)) return alike;
  const index = Number(header) - 1;
  return index < headers.length ? index : -1;
}

function unknownHeader(
  header: string,
  target: ColumnTarget,
  headers: readonly string[],
): UsageError {
  const named = headers.filter((known) => known !== '');
  const nearest = nearestTo(header, named);
  const hint = nearest === undefined ? '' : `. Try ${mapOption(nearest, target)}`;
  return new UsageError(
    `--map "${header}=${targetName(target)}": the file has no column "${header}". ` +
      `Found ${listed(named, headers.length)}${hint}`,
    'map_unknown_header',
  );
}

function nearestTo(header: string, known: readonly string[]): string | undefined {
  const short = known.filter(({ length }) => length <= maxHeaderLength);
  const meant = closest(headerKey(header), short.map(headerKey));
  return short.find((each) => headerKey(each) === meant);
}

/** `--map "Artikel=sku"`, to be copied to a shell. A line end in a header counts as a blank. */
export function mapOption(header: string, target: ColumnTarget): string {
  const text = `${header.replace(/\s+/gu, ' ')}=${targetName(target)}`;
  return `--map ${/["$`\\!]/.test(text) ? shellWord(text) : `"${text}"`}`;
}

/** The headers as a sentence lists them; where there are none, the numbers that can be used. */
export function listed(headers: readonly string[], width: number): string {
  if (headers.length === 0) return `no headers, but columns 1 to ${width}`;
  const shown = headers.slice(0, 20).map(shownHeader).join(', ');
  return headers.length > 20 ? `${shown} and ${headers.length - 20} more` : shown;
}
