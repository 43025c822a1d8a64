import { isInBuiltInProfiles } from './built-in-profiles.js';
import { cleanHeader, headerKey } from './header-text.js';
import { matchHeader } from './header.js';

/** `attributes.title` is the attribute `title`, whatever the header `title` means. */
const prefix = 'attributes.';

/** The header of a column whose cells are JSON objects: attributes that have no column each. */
export const attributesHeader = 'attributes';

/** Under it stands, in a file of rejects, what is wrong with a row. */
export const errorsHeader = '_errors';

/** What the rejects file adds; such a file loads again once mended. */
export const ownColumns = ['_row', errorsHeader];

/** The attribute that a header names outright; null where it does not. */
export function namedAttribute(header: string): string | null {
  if (header === attributesHeader) return header;
  if (!header.startsWith(prefix) || header.length === prefix.length) return null;
  return header.slice(prefix.length);
}

/**
 * The header under which an attribute is written so that it is read as just that: its own key
 * where that can't be taken for anything else; null where no header keeps it as it is.
 */
export function attributeHeader(key: string): string | null {
  if (cleanHeader(key) !== key || key === '') return null;
  return isTaken(key) ? prefix + key : key;
}

function isTaken(key: string): boolean {
  if (namedAttribute(key) !== null || ownColumns.includes(key)) return true;
  return matchHeader(key, null) !== null || isInBuiltInProfiles(headerKey(key));
}
