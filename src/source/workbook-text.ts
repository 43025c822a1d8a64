/**
 * Text for a cell of a workbook. XML can't carry some characters, and makes others another: they are
 * written as `_x000D_` and the like, and the underscore of a text that only looks so as `_x005F_`
 * (ECMA-376, part 1, 22.9.2.19). The writing library does neither.
 */
export function workbookText(text: string): string {
  return text.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_').replace(unwritable, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase();
    return `_x${code.padStart(4, '0')}_`;
  });
}

// eslint-disable-next-line no-control-regex
const unwritable = /[\0-\x08\x0b-\x1f\x7f\ufffe\uffff]/g;
