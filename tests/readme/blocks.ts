import { readFileSync } from 'node:fs';

/** What a user reads, in the order in which its lines are tried. */
export const documents = [
  'README.md',
  'bin/README.md',
  'fixtures/README.md',
  'sql/README.md',
  'tests/README.md',
  'tests/bench/README.md',
  'src/README.md',
];

/** A block of code of a document. */
export interface Block {
  document: string;
  /** The nearest heading above it, of any level. */
  heading: string;
  /** What stands after the opening fence: `sh`, `yaml`. */
  language: string;
  text: string;
}

export function readDocument(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

/** Every block of code below the headings of the documents, in order. */
export function readmeBlocks(): Block[] {
  return documents.flatMap(blocksOf);
}

function blocksOf(document: string): Block[] {
  const blocks: Block[] = [];
  let heading = '';
  const pattern = /^#{1,4} (.*)$|^```(\w*)\n([^]*?)^```$/gm;
  for (const [, title, language = '', text = ''] of readDocument(document).matchAll(pattern)) {
    if (title === undefined) blocks.push({ document, heading, language, text });
    else heading = title;
  }
  return blocks;
}

/** The headings below a chapter, in order. */
export function headingsBelow(chapter: string): string[] {
  const chapters = documents.flatMap((document) => readDocument(document).split(/^## /m));
  const text = chapters.find((one) => one.startsWith(`${chapter}\n`)) ?? '';
  return [...text.matchAll(/^### (.*)$/gm)].map(([, title]) => title!);
}
