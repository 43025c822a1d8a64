import type { Palette } from './colour.js';
import { displayWidth, wrap } from './escape.js';

const gap = 2;

/**
 * A document in Markdown for a terminal: headings in bold, text in lines that fit, tables in columns
 * whose cells may have several lines, code as it stands. Knows what the documents here use.
 */
export function renderMarkdown(text: string, width: number, palette: Palette): string {
  const blocks: string[] = [];
  const block =
    /^```\w*\n([^]*?)\n```$|^(#+) (.*)$|^(?:\|.*\n?)+|^(?!```|#|\|).+(?:\n(?!```|#|\|).+)*/gm;
  for (const [whole, code, level, heading] of text.matchAll(block)) {
    if (code !== undefined) blocks.push(code.replace(/^(?=.)/gm, '  '));
    else if (level) blocks.push(palette.strong(inline(heading!, palette)));
    else if (whole.startsWith('|')) blocks.push(table(whole.trimEnd(), width, palette));
    else blocks.push(paragraph(whole, width, palette));
  }
  return blocks.join('\n\n');
}

/** Text, or a list: each of its items begins a line. */
function paragraph(text: string, width: number, palette: Palette): string {
  const items = text.split(/\n(?=(?:-|\d+\.) )/).map((item) => item.replace(/\n\s*/g, ' '));
  return items
    .map((item) => {
      const indent = /^(?:-|\d+\.) /.exec(item)?.[0].length ?? 0;
      return wrap(inline(item, palette), width, indent);
    })
    .join('\n');
}

/**
 * Code keeps its backticks where there is no colour to tell it by. Words are coloured one by one, as
 * a colour that goes on in the next line of a cell would paint the cells between.
 */
function inline(text: string, palette: Palette): string {
  const hasColour = palette.accent('x') !== 'x';
  const each = (words: string, paint: (word: string) => string) =>
    words.split(' ').map(paint).join(' ');
  return text
    .replace(/\[([^\]]+)\]\((https?:[^)]+)\)/g, '$1 ($2)')
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replace(/\*\*(.+?)\*\*/g, (_, strong: string) => each(strong, palette.strong))
    .replace(/(?<!\*)\*([^*`\s][^*`]*)\*(?!\*)/g, '$1')
    .replace(/`([^`]+)`/g, (code, inner: string) =>
      hasColour ? each(inner, palette.accent) : code,
    );
}

function table(text: string, width: number, palette: Palette): string {
  const [head = [], , ...rows] = text.split('\n').map((line) =>
    line
      .slice(1, line.lastIndexOf('|'))
      .split(/(?<!\\)\|/)
      .map((cell) => inline(cell.trim().replaceAll('\\|', '|'), palette)),
  );
  const widths = columnWidths([head, ...rows], width);
  const titles = head.every((cell) => cell === '') ? [] : [head.map(palette.quiet)];
  return [...titles, ...rows].map((row) => tableRow(row, widths)).join('\n');
}

function tableRow(row: string[], widths: number[]): string {
  const cells = row.map((cell, at) => wrap(cell, widths[at]!, 0).split('\n'));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((lines, at) => padded(lines[line] ?? '', widths[at]!))
      .join(' '.repeat(gap))
      .trimEnd(),
  ).join('\n');
}

const padded = (cell: string, width: number) =>
  cell + ' '.repeat(Math.max(0, width - displayWidth(cell)));

/** The widest columns give way until a line fits, none below its longest word. */
function columnWidths(rows: string[][], width: number): number[] {
  const columns = rows[0]!.map((_, at) => rows.map((row) => row[at] ?? ''));
  const widths = columns.map((cells) => Math.max(...cells.map(displayWidth)));
  const least = columns.map((cells) =>
    Math.max(...cells.flatMap((cell) => cell.split(' ').map(displayWidth))),
  );
  const total = () => widths.reduce((sum, one) => sum + one + gap, -gap);
  while (total() > width) {
    const loose = widths.map((one, at) => (one > least[at]! ? one : 0));
    const widest = Math.max(...loose);
    if (widest === 0) break;
    widths[loose.indexOf(widest)] = widest - 1;
  }
  return widths;
}
