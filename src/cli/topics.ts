import { readFileSync } from 'node:fs';
import { UsageError } from '../errors.js';

/** A chapter of a document: its path from the root of the package, and the heading. */
type Chapter = readonly [document: string, heading: string];

/** What `prodimport help <topic>` shows. It is written once, in the documents. */
interface Topic {
  summary: string;
  chapters: readonly Chapter[];
}

const calling = 'bin/README.md';
const files = 'fixtures/README.md';

export const topics: Record<string, Topic> = {
  files: {
    summary: 'which files are read, and from where',
    chapters: [
      [files, 'What is read'],
      [calling, 'Where it comes from'],
    ],
  },
  fields: {
    summary: 'fields, headers, and profiles of shop systems',
    chapters: [
      [files, 'Fields'],
      [files, 'Profiles'],
      [calling, 'Fields of your own'],
    ],
  },
  rejects: {
    summary: 'why rows are rejected, and the way out',
    chapters: [
      [files, 'Rejects'],
      [calling, 'Correcting rejects in Excel'],
    ],
  },
  policies: {
    summary: 'what a row, a blank cell or a missing product does',
    chapters: [
      [calling, 'Blank, absent, unchanged'],
      [calling, 'Actions and policies'],
    ],
  },
  'exit-codes': { summary: 'what each exit code means', chapters: [[calling, 'Exit codes']] },
  webhooks: { summary: 'how other systems hear of changes', chapters: [[calling, 'Webhooks']] },
  images: { summary: 'how images are fetched and stored', chapters: [[calling, 'Images']] },
  database: {
    summary: 'which database is used, and what it holds',
    chapters: [
      ['README.md', 'Which database'],
      ['sql/README.md', 'The schema'],
      ['sql/README.md', 'The interface'],
      ['sql/README.md', 'Who may do what'],
      ['sql/README.md', 'Servers'],
    ],
  },
  pipelines: {
    summary: 'what programs rely on; cron, pipes, CI',
    chapters: [
      [calling, 'For programs'],
      [calling, 'The same from cron, with a mail only on trouble'],
      [calling, 'Watching a folder'],
      [calling, 'Pipes and jq'],
      [calling, 'GitHub Actions, with the report in the summary'],
    ],
  },
};

/** The topics as `prodimport --help` lists them. */
export function topicList(): string {
  const lines = Object.entries(topics).map(
    ([name, { summary }]) => `  ${name.padEnd(22)} ${summary}`,
  );
  return `Topics (prodimport help <topic>):\n${lines.join('\n')}`;
}

/** The chapters of a topic in Markdown, each with its heading. */
export function topicText(name: string): string {
  return topics[name]!.chapters.map(chapterText).join('\n');
}

/** From the heading to the next one that is not below it. What stands in code is no heading. */
function chapterText([document, heading]: Chapter): string {
  const lines = read(document).split('\n');
  const first = lines.findIndex((line) => /^##+ /.test(line) && line.endsWith(`# ${heading}`));
  const level = lines[first]?.indexOf(' ') ?? 0;
  let isCode = false;
  const length = lines.slice(first + 1).findIndex((line) => {
    if (line.startsWith('```')) isCode = !isCode;
    const depth = /^(#+) /.exec(line)?.[1]?.length ?? Infinity;
    return !isCode && depth <= level;
  });
  return lines.slice(first, length < 0 ? undefined : first + 1 + length).join('\n');
}

function read(document: string): string {
  try {
    return readFileSync(new URL(`../../${document}`, import.meta.url), 'utf8');
  } catch (cause) {
    const message = `${document} is missing in this copy of prodimport: install it anew.`;
    throw new UsageError(message, 'document_missing', { cause });
  }
}
