/** Of all runs of one contestant at one kind of work. */
export interface Spread {
  min: number;
  median: number;
  max: number;
}

/** One line of the result: how a contestant did at one kind of work. */
export interface Line {
  work: string;
  contestant: string;
  seconds: Spread;
  rowsPerSecond: number;
  /** Its time against that of the contestant it is compared with, of the medians; null for that one. */
  ratio: number | null;
  /** The same of the fastest runs, from which a busy machine takes the least. */
  fastestRatio: number | null;
  /** Processor time of the client, in seconds. */
  cpuSeconds: Spread;
  peakMemoryBytes: number;
}

const headers = [
  ...['work', 'contestant', 'seconds', 'min – max', 'rows/s', 'ratio', 'of minima'],
  ...['client CPU', 'memory'],
];

/** The lines as a Markdown table, which reads well as it is. */
export function markdownTable(lines: readonly Line[]): string {
  const rows = lines.map((line) => [
    line.work,
    line.contestant,
    line.seconds.median.toFixed(2),
    `${line.seconds.min.toFixed(2)} – ${line.seconds.max.toFixed(2)}`,
    Math.round(line.rowsPerSecond).toLocaleString('en'),
    (line.ratio ?? 1).toFixed(2),
    (line.fastestRatio ?? 1).toFixed(2),
    line.cpuSeconds.median.toFixed(2),
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
