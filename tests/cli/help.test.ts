import { describe, expect, it } from 'vitest';
import { createProgram, type Command } from '../../src/cli/command.js';
import { frontPage, groups, importCommands, welcome } from '../../src/commands/index.js';
import { synonyms } from '../../src/cli/words.js';
import { topics, topicText } from '../../src/cli/topics.js';
import { runCli } from '../setup/cli.js';

const commands = await importCommands();

const help = async (...args: string[]) => (await runCli([...args, '--help'])).stdout;

/** The words of each call of prodimport in a line of sh; what is piped elsewhere is left out. */
function calls(line: string): string[][] {
  const quoted = /"[^"]*"|'[^']*'|[^\s"']+/g;
  return line
    .split(/ \| |\$\(|<\(/)
    .map((part) => part.replace(/ ([#<]|>+) ?.*$/, '').replace(/[)"]+'?$/, ''))
    .map((part) => [...part.matchAll(quoted)].map(([word]) => word.replace(/^["']|["']$/g, '')))
    .map((words) => words.slice(words.indexOf('prodimport')))
    .filter(([first]) => first === 'prodimport')
    .map(([, ...words]) => words);
}

/** The command that would run; throws what a user would read. */
async function parse(words: string[]): Promise<string | null> {
  let found: Command | null = null;
  const program = createProgram(commands, groups, async (command) => void (found = command));
  if (words.includes('--help')) return words[0]!;
  await program.parseAsync(words, { from: 'user' });
  return (found as Command | null)?.name ?? null;
}

describe('an example', () => {
  const own = commands.flatMap(({ name, examples }) =>
    examples.map((text) => [name, text] as const),
  );

  it.each(own)('of %s can be typed: %s', async (name, text) => {
    const found = await Promise.all(calls(text).map(parse));
    expect(found).toContain(name);
  });

  it.each(frontPage.examples)('of the front page can be typed: %s', async (text) => {
    const [found] = await Promise.all(calls(text).map(parse));
    expect(commands.map(({ name }) => name)).toContain(found);
  });

  it('stands in the help of each command and group', async () => {
    for (const { name, examples } of commands) expect(examples.length, name).toBeGreaterThan(0);
    expect(await help('load')).toContain('\nExamples:\n  prodimport load products.csv\n');
    expect(await help('db')).toContain('  prodimport db migrate');
  });
});

describe('help', () => {
  it('lists every command or its group under one heading', () => {
    const listed = Object.values(frontPage.sections).flat();
    const words = new Set(commands.map(({ name }) => name.split(' ')[0]!));
    expect([...listed].sort()).toEqual([...words].sort());
  });

  it('tells commands before options, in lines of 80 columns', async () => {
    const text = await help();
    expect(text.indexOf('Import a file:')).toBeLessThan(text.indexOf('Options:'));
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it('has room for each summary on the line of its command', async () => {
    const pages = await Promise.all([help(), ...groups.map(({ name }) => help(name))]);
    const lines = pages.join('\n').split('\n');
    for (const { name, summary } of [...commands, ...groups]) {
      expect(
        lines.some((line) => line.endsWith(`  ${summary}`)),
        name,
      ).toBe(true);
      expect(summary, name).toMatch(/^(?![A-Z][a-z]).*[^.]$/);
    }
  });

  it('shows examples first, and the options of all commands last', async () => {
    for (const words of [[], ['product'], ['load'], ['product', 'list'], ['db', 'info']]) {
      const text = await help(...words);
      expect(text).toMatch(/^Usage: .*\n\n[^]+?\n\nExamples:\n/);
      const at = (heading: string) => text.indexOf(`\n${heading}:\n`);
      expect(at('Examples')).toBe(text.indexOf(':\n') - 'Examples'.length - 1);
      expect(at('Global options')).toBeGreaterThan(Math.max(at('Options'), at('Commands')));
    }
  });

  it('tells options in groups, each with its choices and default', async () => {
    const text = await help('load');
    expect(text).toMatch(/Reading the file:\n[^]*Policies:\n[^]*Running:\n[^]*Global options:\n/);
    expect(text).toMatch(/--blank <what> .*\(keep\|clear;?\s+default: keep\)/s);
  });

  it('of a group alone is a result: standard output, exit code 0', async () => {
    for (const { name } of groups) {
      const alone = await runCli([name]);
      expect(alone).toMatchObject({ code: 0, stderr: '' });
      expect(alone.stdout).toBe(await help(name));
    }
  });

  it('is a sentence where it speaks of a whole page', async () => {
    for (const name of groups.map((group) => group.name)) {
      expect(await help(name)).toMatch(/^Usage: .*\n\n[A-Z].*\.\n/);
    }
    expect(await help('webhook', 'list')).toContain('\n\nList');
  });

  it('tells the global options everywhere, --help as the last of them', async () => {
    for (const words of [[], ['product'], ['load'], ['webhook', 'list']]) {
      expect(await help(...words)).toMatch(/Global options:\n {2}--database [^]*\n {2}-h, --help /);
    }
  });

  it('is asked for in two ways, with the words of a group, too', async () => {
    for (const words of [['load'], ['db'], ['product', 'list']]) {
      expect((await runCli(['help', ...words])).stdout).toBe(await help(...words));
    }
    expect((await runCli(['db', 'help', 'info'])).stdout).toBe(await help('db', 'info'));
  });

  it('alone is three commands for a newcomer', async () => {
    expect(await runCli([])).toMatchObject({ code: 0, stdout: welcome, stderr: '' });
    const offered = welcome.split('\n').filter((line) => line.startsWith('  prodimport'));
    expect(offered).toHaveLength(3);
  });
});

describe('a topic of help', () => {
  it.each(Object.keys(topics))(
    '%s is what the documents say, in lines of 80 columns',
    async (name) => {
      const { code, stdout, stderr } = await runCli(['help', name]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const headings = topics[name]!.chapters.map(([, heading]) => heading);
      expect(stdout.split('\n')).toEqual(expect.arrayContaining(headings));
      expect(stdout).not.toMatch(/\]\(|\*\*|^\||^#+ |```/m);
      const prose = stdout.split('\n').filter((line) => !line.startsWith('  '));
      expect(prose.filter((line) => line.length > 80)).toEqual([]);
    },
  );

  it('ends where the next chapter begins, whatever its code says', async () => {
    const { stdout } = await runCli(['help', 'exit-codes']);
    expect(stdout).toMatch(/^Exit codes\n\ncode {2}.*means\n0 {2}/);
    expect(stdout).not.toContain('Reporting a fault');
    expect(topicText('rejects')).toContain('# correct the rows;');
  });

  it('is listed with the commands, by help alone', async () => {
    const { stdout } = await runCli(['help']);
    for (const name of Object.keys(topics)) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect(stdout).toBe(await help());
  });

  it('is one document with --json', async () => {
    const { stdout } = await runCli(['help', 'files', '--json']);
    expect(JSON.parse(stdout)).toEqual({ topic: 'files', text: topicText('files') });
  });
});

describe('a mistyped line', () => {
  it.each([
    [['lod', 'x.csv'], "unknown command 'lod'. Did you mean load?", 'prodimport'],
    [['product', 'lst'], "unknown command 'lst'. Did you mean list?", 'prodimport product'],
    [['help', 'filse'], "unknown command or topic 'filse'. Did you mean files?", 'prodimport'],
    [['help', 'laod'], "unknown command or topic 'laod'. Did you mean load?", 'prodimport'],
    [['laod', '--help'], "unknown command 'laod'. Did you mean load?", 'prodimport'],
    [['--schema', 's', 'lod'], "unknown command 'lod'. Did you mean load?", 'prodimport'],
    [['import', 'x.csv'], 'Did you mean load?', 'prodimport'],
    [['x.csv'], 'Did you mean load x.csv?', 'prodimport'],
    [['webhook', 'delete', '1'], 'Did you mean webhook remove?', 'prodimport webhook'],
    [['load', 'x', '--dry'], "option '--dry'. Did you mean --dry-run?", 'prodimport load'],
    [['--owner', 'x', 'load'], "unknown option '--owner'", 'prodimport'],
    [['load', 'x', '--blank', 'claer'], 'Did you mean clear?', 'prodimport load'],
    [['complete', 'bsh'], 'Did you mean bash?', 'prodimport complete'],
    [['load', 'x', '--blnk'], "unknown option '--blnk'. Did you mean --blank?", 'prodimport load'],
    [['load', 'a.csv', 'b.csv'], 'load takes one file at a time', 'prodimport load'],
    [['product', 'list', 'tea'], 'Did you mean --search tea?', 'prodimport product list'],
    [['status', '1', '2'], "too many arguments for 'status'", 'prodimport status'],
    [['load'], "missing required argument 'source'", 'prodimport load'],
    [['load', 'x', '--wait', 'a'], 'whole number from 0', 'prodimport load'],
    [['load', 'x', '--blank', 'a'], 'Allowed choices are "keep", "clear".', 'prodimport load'],
    [['load', 'x', '--owner', ' '], 'It is blank: give a value', 'prodimport load'],
    [['load', 'x', '--owner', 'o'.repeat(256)], 'at most 255 fit', 'prodimport load'],
    [['purge'], 'purge takes one of --all', 'prodimport purge'],
    [['product', 'get'], 'product get takes a SKU', 'prodimport product get'],
  ])('%j is answered once, with the way out', async (args, message, words) => {
    const { code, stdout, stderr } = await runCli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.match(/prodimport: /g)).toHaveLength(1);
    expect(stderr).toMatch(new RegExp(`\nSee ${words} --help\n$`));
  });

  it.each([
    [['load', 'x.csv', '--owner', ''], "option '--owner <id>'", 'prodimport load'],
    [['load', 'x.csv', '--rejects='], "option '--rejects <file>'", 'prodimport load'],
    [['purge', '--owner', '', '--yes'], "option '--owner <id>'", 'prodimport purge'],
    [['status', '--database', ''], "option '--database <url>'", 'prodimport'],
    [['product', 'add', '--sku', ''], "option '--sku <sku>'", 'prodimport product add'],
    [['load', ''], "argument 'source'", 'prodimport load'],
    [['product', 'get', ''], "argument 'sku'", 'prodimport product get'],
    [['product', 'delete', 'A-1', ''], "argument 'sku'", 'prodimport product delete'],
  ])('%j has an empty value, which is never taken for none', async (args, place, words) => {
    const { code, stdout, stderr } = await runCli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(place);
    expect(stderr).toMatch(new RegExp(`It is empty: .*\nSee ${words} --help\n$`));
  });
});

describe('what other tools call it', () => {
  const words = Object.values(synonyms).map((text) => text.split(' '));
  const isCommand = (text: string) => commands.some(({ name }) => name === text);

  it.each(words)('is a command here: %s %s', (first, second) => {
    expect(first === '--version' || isCommand(first!) || isCommand(`${first} ${second}`)).toBe(
      true,
    );
  });

  it('is no command itself', () => {
    expect(Object.keys(synonyms).filter(isCommand)).toEqual([]);
  });
});
