import type { Container } from './container.js';
import { builtInFormat, customFormat, isDateFormat } from './number-format.js';
import type { FormatCode } from './number-format.js';
import { readPart } from './part.js';

/** How a number is shown, which is all that matters of a style here. */
export interface NumberFormat {
  code: FormatCode;
  isDate: boolean;
}

export const generalFormat: NumberFormat = { code: null, isDate: false };

/**
 * Number formats by style index, as cells name them (`s`).
 * @param part null where the workbook has no styles: every number is then General
 * @throws UsageError where the part is damaged
 */
export async function readStyles(
  container: Container,
  part: string | null,
): Promise<NumberFormat[]> {
  if (part === null) return [];
  const codes = new Map<number, FormatCode>();
  const formatIds: number[] = [];
  let inCellFormats = false;
  await readPart(container, part, {
    open(name, attributes, depth) {
      if (depth === 2) inCellFormats = name === 'cellXfs';
      if (depth !== 3) return;
      const id = Number(attributes['numFmtId'] ?? 0);
      if (name === 'numFmt') codes.set(id, customFormat(attributes['formatCode'] ?? ''));
      if (name === 'xf' && inCellFormats) formatIds.push(id);
    },
  });
  return numberFormats(formatIds, codes);
}

function numberFormats(formatIds: number[], codes: Map<number, FormatCode>): NumberFormat[] {
  const known = new Map<number, NumberFormat>();
  return formatIds.map((id) => {
    const seen = known.get(id);
    if (seen) return seen;
    const code = codes.has(id) ? (codes.get(id) ?? null) : builtInFormat(id);
    const format = { code, isDate: isDateFormat(code) };
    known.set(id, format);
    return format;
  });
}
