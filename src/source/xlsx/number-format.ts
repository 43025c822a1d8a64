/**
 * Format codes that files name by number alone (ECMA-376, part 1, 18.8.30). 0 is General. 27 to 36,
 * 50 to 58 and 71 to 81 are dates in Chinese, Japanese, Korean and Thai Excel.
 */
const builtInCodes: Record<number, string> = {
  1: '0',
  2: '0.00',
  3: '#,##0',
  4: '#,##0.00',
  5: '"$"#,##0_);\\("$"#,##0\\)',
  6: '"$"#,##0_);[Red]\\("$"#,##0\\)',
  7: '"$"#,##0.00_);\\("$"#,##0.00\\)',
  8: '"$"#,##0.00_);[Red]\\("$"#,##0.00\\)',
  9: '0%',
  10: '0.00%',
  11: '0.00E+00',
  12: '# ?/?',
  13: '# ??/??',
  14: 'mm-dd-yy',
  15: 'd-mmm-yy',
  16: 'd-mmm',
  17: 'mmm-yy',
  18: 'h:mm AM/PM',
  19: 'h:mm:ss AM/PM',
  20: 'h:mm',
  21: 'h:mm:ss',
  22: 'm/d/yy h:mm',
  37: '#,##0_);(#,##0)',
  38: '#,##0_);[Red](#,##0)',
  39: '#,##0.00_);(#,##0.00)',
  40: '#,##0.00_);[Red](#,##0.00)',
  41: '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)',
  42: '_("$"* #,##0_);_("$"* \\(#,##0\\);_("$"* "-"_);_(@_)',
  43: '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)',
  44: '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)',
  45: 'mm:ss',
  46: '[h]:mm:ss',
  47: 'mmss.0',
  48: '##0.0E+0',
  49: '@',
};

/** A format code, or null for General. */
export type FormatCode = string | null;

/** @param id a format's number; one that nobody knows is General, as Excel has it */
export function builtInFormat(id: number): FormatCode {
  const isEastAsianDate = (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
  if (isEastAsianDate || (id >= 71 && id <= 81)) return 'yyyy-mm-dd';
  return builtInCodes[id] ?? null;
}

/** Characters that Excel lets a format have. */
const maxFormatCharacters = 255;

/** Turns a code written in the file into ours: General, in any case, is null, and so is nonsense. */
export function customFormat(code: string): FormatCode {
  if (code.length > maxFormatCharacters) return null;
  return /^\s*(general)?\s*$/i.test(code) ? null : code;
}

/**
 * Whether a number under this format is a date or a time of day. The first section decides. What
 * is quoted, escaped, padding or in brackets does not count, but for elapsed time (`[h]`). A format
 * that has digits besides date letters (`0.00 h`) is a number, unless they are fractions of seconds.
 */
export function isDateFormat(code: FormatCode): boolean {
  if (code === null) return false;
  const bare = code
    .replace(/"[^"]*"?|\\.|[_*]./gs, '')
    .replace(/\[(h+|m+|s+)\]/gi, 'h')
    .replace(/\[[^\]]*\]/g, '');
  const section = (bare.split(';')[0] ?? '').replace(/general/gi, '').replace(/s[.,]0+/gi, 's');
  return /[ymdhs]/i.test(section) && !/[0#?]/.test(section);
}
