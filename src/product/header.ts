import type { FieldDefinition } from './field.js';
import type { Field } from './product.js';
import { type ColumnTarget, type NamedField, aliases, contraryAliases } from './aliases.js';
import {
  bareHeaderKey,
  headerKey,
  maxHeaderLength,
  readingsOf,
  type Reading,
} from './header-text.js';
import { type Profile, isInBuiltInProfiles } from './profile.js';

/** What a header is taken for, and how sure that is: the lower the rank, the better. */
export interface Match {
  target: ColumnTarget;
  rank: number;
  /** In what columns of one field differ: `currency eur`, `tax net`, `language en-us`; or null. */
  variant: string | null;
}

const exactRank = 0;
const profileRank = 100;
/** After what a profile names, before other names of the field: `price-EUR`, `name-en_US`. */
const variantRank = 9000;
const aliasRank = 10_000;
const taxedRank = 19_000;
const furtherRank = 20_000;
/** Below every header of the flag itself. */
const contraryRank = 30_000;

const namedFields = Object.keys(aliases) as NamedField[];
const known = knownHeaders();

function knownHeaders(): Map<string, Match> {
  const matches = new Map<string, Match>();
  const add = (header: string, target: ColumnTarget, rank: number, variant: string | null) =>
    void matches.set(headerKey(header), { target, rank, variant });
  for (const header of contraryAliases) add(header, 'active', contraryRank, null);
  for (const field of namedFields) {
    aliases[field].forEach((alias, place) => add(alias, field, aliasRank + 2 * place, null));
  }
  for (const field of namedFields) add(field, field, exactRank, null);
  add('action', 'action', exactRank, null);
  return matches;
}

/** The keys of all names that lead to a field by themselves. */
export function keysOf(target: ColumnTarget): string[] {
  return [...known].filter(([, match]) => match.target === target).map(([key]) => key);
}

/** What the header means by itself or in this profile; null where it is no field. */
export function matchHeader(header: string, profile: Profile | null): Match | null {
  if (header.length > maxHeaderLength) return null;
  const inProfile = profile === null ? null : matchInProfile(header, profile);
  if (inProfile !== null) return inProfile;
  let place = 0;
  for (const reading of readingsOf(header)) {
    const match = matchReading(reading);
    if (match !== null && (place === 0 || match.target !== 'action')) {
      return place === 0 ? match : { ...match, rank: match.rank + 1 };
    }
    place++;
  }
  return matchParts(header) ?? matchFurtherImage(header);
}

/** Fields of which a file may have a column for each language. */
const translated: readonly ColumnTarget[] = ['name', 'description'];

function matchReading({ key, variant }: Reading): Match | null {
  const match = known.get(key) ?? null;
  if (match === null || variant === null) return match;
  const kind = variantKind(variant);
  if (!(kind === 'language' ? translated : ['price']).includes(match.target)) return null;
  const rank = kind === 'tax' ? taxedRank + match.rank / 100 : Math.max(match.rank, variantRank);
  return { ...match, variant, rank };
}

/** `currency`, `tax`, `language` or `channel`. */
export function variantKind(variant: string): string {
  return variant.split(' ')[0]!;
}

/** `Product Code/SKU`: two names of one field. */
function matchParts(header: string): Match | null {
  const parts = header.split('/');
  if (parts.length < 2 || parts.length > 3) return null;
  const matches = parts.map((part) => known.get(bareHeaderKey(part)));
  const [first] = matches;
  if (first === undefined || first.target === 'action') return null;
  const isOne = matches.every((match) => match?.target === first.target && match.variant === null);
  return isOne ? { ...first, rank: Math.max(first.rank, variantRank) } : null;
}

/** Before the name of a column of images: one that comes beside the main one. */
const further =
  /^(?:additional|other|extra|more|further|secondary|gallery|alternate|weitere|zusatzliche|autres?|otras?|altr[aei]|outras?|andere|extra|inne|dodatkowe)(?=[a-z])/;

/** `Image 2`, `image2_src`, `Other Image URL1`, `additional_image_link`: images beside the main one. */
function matchFurtherImage(header: string): Match | null {
  const parts = /^(\D*?)(\d{1,3})?(\D*)$/.exec(header);
  if (parts === null) return null;
  const [, before = '', digits, after = ''] = parts;
  const key = bareHeaderKey(before + after);
  const name = key.replace(further, '');
  if ((digits === undefined && name === key) || known.get(name)?.target !== 'images') return null;
  const isBeside = name !== key;
  const rank = (isBeside ? 2 : 1) * furtherRank + Number(digits ?? 0);
  return { target: 'images', rank, variant: null };
}

/** How sure it is that a header names a field of one's own. @param rank see `FieldNames` */
export function ownMatch(target: ColumnTarget, rank: number): Match {
  return { target, rank: rank === 0 ? exactRank : aliasRank + rank, variant: null };
}

/** Why a header is taken for its field. */
export type MatchKind = 'name' | 'alias' | 'profile' | 'map';

/** Null where it is taken for no field, or names its key in attributes. */
export function matchKind(match: Match | null): MatchKind | null {
  if (match === null || (match.target === 'attributes' && match.rank >= 0)) return null;
  if (match.rank < 0) return 'map';
  if (match.rank === exactRank) return 'name';
  return match.rank >= profileRank && match.rank < variantRank ? 'profile' : 'alias';
}

/** Several columns may hold images (all of the profile, numbered or further ones) or actions. */
export function isOneOfSeveral({ target, rank }: Match): boolean {
  if (target === 'action') return rank >= profileRank;
  return target === 'images' && (rank < aliasRank || rank >= furtherRank);
}

/** What the profile alone says of the header, or of what is left of it without remarks. */
export function matchInProfile(header: string, profile: Profile): Match | null {
  const match = matchKey(headerKey(header), profile);
  if (match !== null || !/[([\r\n]/.test(header)) return match;
  return matchKey(bareHeaderKey(header), profile);
}

function matchKey(key: string, profile: Profile): Match | null {
  const place = profile.map.findIndex(({ fits }) => fits(key));
  const entry = profile.map[place];
  if (entry === undefined) return null;
  return {
    target: entry.target,
    rank: key === entry.target ? exactRank : profileRank + place,
    variant: entry.isPattern ? `channel ${key}` : null,
  };
}

/** How many of these cells are headers that we know, in any system; helps to find the delimiter. */
export function countKnownHeaders(cells: readonly string[]): number {
  return cells.filter(isKnownHeader).length;
}

/** The field that a header leads to by itself, or null. */
export function knownField(header: string): string | null {
  return matchHeader(header, null)?.target ?? null;
}

function isKnownHeader(cell: string): boolean {
  if (cell.length > maxHeaderLength || headerKey(cell) === '') return false;
  if (matchHeader(cell, null) !== null) return true;
  return isInBuiltInProfiles(headerKey(cell));
}

/** A column of the file, and what became of it. */
export interface PlannedColumn {
  /** From 0. */
  index: number;
  /** The header as the file has it, trimmed; `column 3` where it has none. */
  header: string;
  isUnnamed: boolean;
  /** The field that the column fills; null where it is the action or not read at all. */
  field: Field | null;
  /** Its key in `attributes`; images have one too, for paths that are no addresses. */
  attributeKey: string | null;
  /** The field of one's own that it fills, which is an attribute; null for any other. */
  own: FieldDefinition | null;
  /** Among columns of one field: the lower comes first. */
  rank: number;
  /** What its header is taken for, though another column may fill that field. */
  match: Match | null;
  isAction: boolean;
}
