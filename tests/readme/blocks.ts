import { readFileSync } from 'node:fs';

/** A block of code of the README. */
export interface Block {
  /** The nearest heading above it, of any level. */
  heading: string;
  /** What stands behind the opening fence: `sh`, `yaml`. */
  language: string;
  text: string;
}

/** Every block of code below the README's headings, in order. */
export function readmeBlocks(): Block[] {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const blocks: Block[] = [];
  let heading = '';
  for (const match of readme.matchAll(/^#{1,4} (.*)$|^```(\w*)\n([^]*?)^```$/gm)) {
    const [, title, language = '', text = ''] = match;
    if (title === undefined) blocks.push({ heading, language, text });
    else heading = title;
  }
  return blocks;
}

/** The headings below a chapter, in order. */
export function headingsBelow(chapter: string): string[] {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const text = readme.split(/^## /m).find((one) => one.startsWith(`${chapter}\n`)) ?? '';
  return [...text.matchAll(/^### (.*)$/gm)].map(([, title]) => title!);
}
