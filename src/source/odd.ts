/**
 * The cells of one record whose quotes RFC 4180 does not know, by the rules that RecordSplitter
 * finds records with: blanks around quotes are left out, a quote inside an unquoted cell is text,
 * and so are the quotes around the beginning of a cell that goes on behind them.
 */
export function readOddRecord(record: string, delimiter: string): string[] {
  const cells: string[] = [];
  for (let at = 0; ;) {
    const cell = readQuotedCell(record, at, delimiter);
    const end = delimiterFrom(record, cell?.end ?? at, delimiter);
    cells.push(cell === null ? record.slice(at, end) : cell.text + record.slice(cell.end, end));
    if (end === record.length) return cells;
    at = end + delimiter.length;
  }
}

/** Null where the cell has no quote at its start; otherwise its text up to `end`. */
function readQuotedCell(
  record: string,
  start: number,
  delimiter: string,
): { text: string; end: number } | null {
  const open = behindBlanks(record, start, delimiter);
  if (record[open] !== '"') return null;
  let text = '';
  for (let from = open + 1; ;) {
    const quote = record.indexOf('"', from);
    if (quote < 0) return null;
    text += record.slice(from, quote);
    if (record[quote + 1] !== '"') {
      const end = behindBlanks(record, quote + 1, delimiter);
      if (end === record.length || record.startsWith(delimiter, end)) return { text, end };
      return { text: `${record.slice(start, open)}"${text}"`, end: quote + 1 };
    }
    text += '"';
    from = quote + 2;
  }
}

function behindBlanks(record: string, from: number, delimiter: string): number {
  let at = from;
  while ((record[at] === ' ' || record[at] === '\t') && record[at] !== delimiter) at++;
  return at;
}

function delimiterFrom(record: string, from: number, delimiter: string): number {
  const at = record.indexOf(delimiter, from);
  return at < 0 ? record.length : at;
}
