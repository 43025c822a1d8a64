import terminal from 'node:console';

/** What `work` prints, which only knows how to print. */
export function printedBy(work: () => void): string {
  const lines: string[] = [];
  const { log } = terminal;
  terminal.log = (line: string) => void lines.push(line);
  try {
    work();
  } finally {
    terminal.log = log;
  }
  return lines.map((line) => `${line}\n`).join('');
}
