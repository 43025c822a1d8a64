import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/command.js';
import { groups, importCommands } from '../../src/commands/index.js';
import { documents } from '../readme/blocks.js';
import { read, root } from './sources.js';

const commands = await importCommands();

const front = read('README.md');
const readme = documents.map(read).join('\n');

/** Calls of the tool in the documents' blocks of shell lines and between their backticks. */
function callsInReadme(): string[] {
  const blocks = [...readme.matchAll(/^```(?:sh|bash|shell)\n([\s\S]*?)^```/gm)];
  const lines = blocks.flatMap(([, block]) => block!.replaceAll('\\\n', ' ').split('\n'));
  const inline = [...readme.matchAll(/`((?:npx )?prodimport [^`]+)`/g)].map(([, line]) => line!);
  return [...lines, ...inline].flatMap(callsIn);
}

/** The calls in one shell line, be it a pipe or a chain. */
function callsIn(line: string): string[] {
  return line
    .replace(/\s#.*$/, '')
    .split(/&&|\|\||[|;]|\$\(/)
    .map((part) => part.trim().replace(/^(?:\w+=\S+\s+)*(?:npx\s+)?/, ''))
    .filter((part) => /^prodimport(\s|$)/.test(part))
    .map((part) => part.replace(/\)"?$/, '').replace(/\s\d?>+.*$|\s<.*$/, ''));
}

/** The words of a call, quotes taken off. */
function words(call: string): string[] {
  const each = call.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return each.slice(1).map((word) => word.replace(/["']/g, ''));
}

/** The name of the command that these words call; what commander says against them is thrown. */
async function parse(argv: string[]): Promise<string | null> {
  let called: string | null = null;
  const program = createProgram(commands, groups, (command) => {
    called = command.name;
    return Promise.resolve();
  });
  program.configureOutput({ writeOut: () => undefined });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    // Help and the version end by an error of exit code 0, once they have been printed.
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
    return argv[0]!;
  }
  return called;
}

const calls = callsInReadme();

it('finds the calls in the documents', () => {
  expect(calls.length).toBeGreaterThan(10);
  expect(calls).toContain('prodimport load fixtures/products.csv');
});

/** Paths of the project between backticks: `src/load/{merge,stage}.ts` names two. */
function pathsNamed(text: string): string[] {
  const named = [...text.matchAll(/`((?:src|sql|tests|fixtures|bin)\/[\w./{},-]+)`/g)];
  return named.flatMap(([, path]) => {
    const [, before, choices, after] = /^(.*)\{(.*)\}(.*)$/.exec(path!) ?? [];
    if (choices === undefined) return [path!];
    return choices.split(',').map((choice) => `${before}${choice}${after}`);
  });
}

it('names only files and folders that are there', () => {
  const paths = pathsNamed(readme);
  expect(paths).toContain('sql/load/merge.sql');
  expect(paths.filter((path) => !existsSync(`${root}/${path}`))).toEqual([]);
});

/** Links to other places of the project, as paths from its root. */
function linksOf(document: string): string[] {
  const links = [...read(document).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(
    ([, link]) => link!,
  );
  return links.map((link) => {
    const [path, anchor] = link.split('#');
    const target = path ? join(dirname(document), path) : document;
    return anchor ? `${target}#${anchor}` : target;
  });
}

/** The anchors that headings make: lower case, hyphens for blanks, no other signs. */
function anchorsOf(document: string): string[] {
  const headings = [...read(document).matchAll(/^#{1,4} (.*)$/gm)].map(([, title]) => title!);
  return headings.map((title) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

it.each(documents)('%s links to what is there', (document) => {
  const broken = linksOf(document).filter((link) => {
    const [path, anchor] = link.split('#');
    if (!existsSync(join(root, path!))) return true;
    return anchor !== undefined && !anchorsOf(path!).includes(anchor);
  });
  expect(broken).toEqual([]);
});

describe('the front page', () => {
  /** Its text, without code, tables and headings: a paragraph each. */
  const paragraphs = front
    .replace(/^```[^]*?^```$/gm, '')
    .split(/\n\s*\n/)
    .map((one) => one.trim())
    .filter((one) => one !== '' && !/^[#|]/.test(one));

  it('can be read in an hour: 320 lines at most', () => {
    expect(front.split('\n').length).toBeLessThanOrEqual(320);
  });

  it('has no sentence of more than 25 words', () => {
    const lines = paragraphs.flatMap((one) => one.split(/\n(?=[-\d])/));
    const sentences = lines.flatMap((one) =>
      one.replaceAll('\n', ' ').split(/(?<=[.:!?])\*{0,2} /),
    );
    const long = sentences.filter((sentence) => sentence.split(/\s+/).length > 25);
    expect(long).toEqual([]);
  });

  it('has no paragraph of more than five lines, lists aside', () => {
    const prose = paragraphs.filter((one) => !/^[-\d]/.test(one));
    expect(prose.filter((one) => one.split('\n').length > 5)).toEqual([]);
  });
});

it.each([...new Set(calls)].filter((call) => words(call).length > 0))(
  '"%s" parses',
  async (call) => {
    expect(await parse(words(call))).not.toBeNull();
  },
);

const called = Promise.all(calls.map((call) => parse(words(call)).catch(() => null)));

describe.each(commands.map((command) => [command.name, command] as const))(
  '%s',
  (name, command) => {
    it('is in the documents', async () => {
      const named = (await called).includes(name) || readme.includes(`\`prodimport ${name}`);
      expect(named, `a document names prodimport ${name}`).toBe(true);
    });

    it('has a summary and examples that parse', async () => {
      expect(command.summary).not.toBe('');
      expect(command.examples.length).toBeGreaterThan(0);
      const own = command.examples.flatMap(callsIn);
      expect(own.length).toBeGreaterThan(0);
      for (const call of own) expect(await parse(words(call)), call).toBe(name);
    });
  },
);
