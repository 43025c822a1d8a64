/** One line of the result: how a contestant did at one kind of work. */
export interface Line {
  work: string;
  contestant: string;
  seconds: number;
  rowsPerSecond: number;
  /** Its time against that of the contestant it is compared with; null for that one itself. */
  ratio: number | null;
  peakMemoryBytes: number;
}

const headers = ['work', 'contestant', 'seconds', 'rows/s', 'ratio', 'memory'];

/** The lines as a Markdown table, which reads well as it is. */
export function markdownTable(lines: readonly Line[]): string {
  const rows = lines.map((line) => [
    line.work,
    line.contestant,
    line.seconds.toFixed(2),
    Math.round(line.rowsPerSecond).toLocaleString('en'),
    line.ratio === null ? '1' : line.ratio.toFixed(2),
    `${Math.round(line.peakMemoryBytes / 1e6)} MB`,
  ]);
  return alignedTable([headers, ...rows]);
}

/** @param rows the first one has the headers; its first two columns are words, the others figures */
export function alignedTable(rows: readonly string[][]): string {
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => pad(cell, widths[at]!, at)).join(' | ')} |`;
  const rule = widths.map((width, at) =>
    at < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(rows[0]!), line(rule), ...rows.slice(1).map(line)].join('\n');
}

/** The first two columns are words, the others figures. */
function pad(cell: string, width: number, column: number): string {
  return column < 2 ? cell.padEnd(width) : cell.padStart(width);
}
