import { editDistance } from '../closest.js';
import type { ColumnTarget, NamedField } from './aliases.js';
import { aliases, contraryAliases } from './aliases.js';
import { bareHeaderKey, headerKey, maxHeaderLength } from './header-text.js';
import type { Field } from './product.js';
import type { Profile } from './profile.js';
import { isInBuiltInProfiles } from './built-in-profiles.js';

/** What a header is taken for, and how sure that is: the lower the rank, the better. */
export interface Match {
  target: ColumnTarget;
  rank: number;
}

const exactRank = 0;
const profileRank = 100;
const aliasRank = 10_000;
const furtherRank = 20_000;
/** Below every header of the flag itself. */
const contraryRank = 30_000;

const namedFields = Object.keys(aliases) as NamedField[];
const known = knownHeaders();

function knownHeaders(): Map<string, Match> {
  const matches = new Map<string, Match>();
  for (const header of contraryAliases) {
    matches.set(headerKey(header), { target: 'active', rank: contraryRank });
  }
  for (const field of namedFields) {
    aliases[field].forEach((alias, place) => {
      matches.set(headerKey(alias), { target: field, rank: aliasRank + 2 * place });
    });
  }
  for (const field of namedFields) matches.set(field, { target: field, rank: exactRank });
  return matches.set('action', { target: 'action', rank: exactRank });
}

/** What the header means by itself or in this profile; null where it is no field. */
export function matchHeader(header: string, profile: Profile | null): Match | null {
  if (header.length > maxHeaderLength) return null;
  const key = headerKey(header);
  const inProfile = profile === null ? null : matchInProfile(header, profile);
  if (inProfile !== null) return inProfile;
  const match = known.get(key);
  if (match !== undefined) return match;
  const bare = known.get(bareHeaderKey(header));
  if (bare !== undefined && bare.target !== 'action') {
    return { target: bare.target, rank: bare.rank + 1 };
  }
  return matchFurtherImage(header);
}

/** Before the name of a column of images: one that comes beside the main one. */
const further =
  /^(?:additional|other|extra|more|further|secondary|gallery|alternate|weitere|zusatzliche|autres?|otras?|altr[aei]|outras?|andere|extra|inne|dodatkowe)(?=[a-z])/;

/** `Image 2`, `image2_src`, `Other Image URL1`, `additional_image_link`: images beside the main one. */
function matchFurtherImage(header: string): Match | null {
  const parts = /^(\D*?)(\d{1,3})?(\D*)$/.exec(header);
  if (parts === null) return null;
  const [, before = '', digits, behind = ''] = parts;
  const key = bareHeaderKey(before + behind);
  const name = key.replace(further, '');
  if ((digits === undefined && name === key) || known.get(name)?.target !== 'images') return null;
  const isBeside = name !== key;
  return { target: 'images', rank: (isBeside ? 2 : 1) * furtherRank + Number(digits ?? 0) };
}

/** Several columns may hold images (all of the profile, numbered or further ones) or actions. */
export function isOneOfSeveral({ target, rank }: Match): boolean {
  if (target === 'action') return rank >= profileRank;
  return target === 'images' && (rank < aliasRank || rank >= furtherRank);
}

/** What the profile alone says of the header. */
export function matchInProfile(header: string, profile: Profile): Match | null {
  const key = headerKey(header);
  const place = profile.map.findIndex(({ fits }) => fits(key));
  const entry = profile.map[place];
  if (entry === undefined) return null;
  const { target } = entry;
  return { target, rank: key === target ? exactRank : profileRank + place };
}

/** How many of these cells are headers that we know, in any system; helps to find the delimiter. */
export function countKnownHeaders(cells: readonly string[]): number {
  return cells.filter(isKnownHeader).length;
}

function isKnownHeader(cell: string): boolean {
  if (cell.length > maxHeaderLength || headerKey(cell) === '') return false;
  if (matchHeader(cell, null) !== null) return true;
  return isInBuiltInProfiles(headerKey(cell));
}

/** The field that the header was probably meant to be, by its spelling; null where none is near. */
export function suggestField(header: string): Field | null {
  if (header.length > maxHeaderLength) return null;
  const key = bareHeaderKey(header);
  let best: { target: ColumnTarget; distance: number } | null = null;
  for (const [word, { target }] of known) {
    const most = Math.floor(word.length / 3);
    if (Math.abs(key.length - word.length) > most) continue;
    const distance = editDistance(key, word);
    if (distance > most) continue;
    if (best === null || distance < best.distance) best = { target, distance };
  }
  return best === null || best.target === 'action' ? null : best.target;
}

const skuLike = /sku|ref|code|article|item|model|part|number|num|ean|gtin|upc|barcode|^id$/;

/** So many unknown headers are compared with the known ones: each costs as much as reading rows. */
export const maxCompared = 200;

/** The header that most probably holds the SKUs although it is not known to, or null. */
export function likeliestSku(headers: readonly string[]): string | null {
  const unknown = headers.filter((header) => header !== '' && matchHeader(header, null) === null);
  const near = unknown.slice(0, maxCompared).find((header) => suggestField(header) === 'sku');
  return near ?? unknown.find((header) => skuLike.test(headerKey(header))) ?? unknown[0] ?? null;
}
