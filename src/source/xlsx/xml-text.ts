/** The text is no XML; whoever knows the file and the part says so to the user. */
export class NotWellFormed extends Error {}

/** Characters that no XML document may hold (XML 1.0, 2.2); decoding has refused half pairs. */
// eslint-disable-next-line no-control-regex
export const invalidCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

const namedCharacters: Record<string, string | undefined> = Object.assign(Object.create(null), {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
});

/** @throws NotWellFormed for an entity that is not one of XML's own, and for no character at all */
export function decodeReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,8})|(\w{1,8}));|&/g, (...match) => {
    const [all, hex, decimal, name] = match as (string | undefined)[];
    if (name !== undefined) return namedCharacters[name] ?? undefinedEntity(all);
    if (hex !== undefined) return character(Number.parseInt(hex, 16));
    if (decimal !== undefined) return character(Number(decimal));
    return undefinedEntity(all);
  });
}

function character(code: number): string {
  const isAllowed = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  const decoded = isAllowed ? String.fromCodePoint(code) : '\u0000';
  if (invalidCharacter.test(decoded)) throw new NotWellFormed('malformed character reference');
  return decoded;
}

function undefinedEntity(reference: string | undefined): never {
  throw new NotWellFormed(`undefined entity ${reference ?? ''}`);
}
