import { isCurrency } from './currency.js';

/** What is longer is a description among the first rows, not a header. */
export const maxHeaderLength = 200;

const bracket = /[([]([^()[\]]*)[)\]]/gu;

/** What a bracket may hold, besides a currency, without making another column of it. */
const remark = /^(?:0 ?\/ ?1|0 ?= ?\w+[;,] ?1 ?= ?\w+|x[;,]y[;,]z\.*|html|urls?)$/i;

const ignored = /[\s_*#:.?°º'’"\-\p{Cc}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * A header as it is compared: without case, accents, spaces, underscores, hyphens, stars and the
 * like. `Référence #`, `reference` and `REFERENCE*` are one.
 */
export function headerKey(header: string): string {
  return header.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(ignored, '');
}

/** Within a header of a profile: any text. */
export const anyText = '{any}';

/** Tells whether a key is that of this header, in which `{any}` may stand once. */
export function headerTest(header: string): (key: string) => boolean {
  const [first = '', last] = header.split(anyText).map(headerKey);
  if (last === undefined) return (key) => key === first;
  return (key) =>
    key.length >= first.length + last.length && key.startsWith(first) && key.endsWith(last);
}

/** The key without a bracket such as `(USD)` or `(0/1)`. */
export function bareHeaderKey(header: string): string {
  const bare = header.replace(bracket, (whole, inner: string) =>
    isCurrency(inner.trim()) || remark.test(inner.trim()) ? '' : whole,
  );
  return headerKey(bare);
}

/** A header as it is shown, and as it names an attribute: trimmed, storable. */
export function cleanHeader(text: string): string {
  return text
    .replace(/[\0\ufeff]/g, '')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .trim();
}

const shownLength = 40;

/** A header as sentences show it: what is longer is no name but the file itself, and cut. */
export function shownHeader(header: string): string {
  const text = header.replace(/\s+/gu, ' ');
  return text.length <= shownLength ? text : `${text.slice(0, shownLength - 1)}…`;
}
