import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * The page that `man prodimport` shows: what `--help` says of every command, and the exit codes of
 * the README, which are written nowhere else.
 * @param dist folder of the compiled program
 */
export async function manPage(dist) {
  const load = (file) => import(pathToFileURL(join(dist, file)).href);
  const { frontPage, groups, importCommands, welcome } = await load('commands/index.js');
  const { createProgram } = await load('cli/command.js');
  const { faultAddress, version } = await load('cli/version.js');
  const commands = await importCommands();
  const program = createProgram(commands, groups, async () => undefined, frontPage);
  const readme = readFileSync(join(dist, '../README.md'), 'utf8');
  const globals = optionsOf(program, ({ long }) => long !== '--version');
  return [
    `.TH PRODIMPORT 1 "" ${quoted(`prodimport ${version()}`)} "User Commands"`,
    // Lists of choices have no blank to spread a line at.
    '.ad l',
    '.SH NAME',
    `prodimport \\- ${text(program.description().replace(/^I/, 'i').replace(/\.$/, ''))}`,
    '.SH SYNOPSIS',
    '.B prodimport',
    text('<command> [arguments] [options]'),
    '.SH DESCRIPTION',
    ...literal(welcome.trimEnd()),
    '.SH COMMANDS',
    ...commands.flatMap((command) => commandLines(command, programOf(program, command.name))),
    '.SH GLOBAL OPTIONS',
    ...globals,
    '.SH EXIT STATUS',
    ...exitCodes(readme).flatMap(([code, meaning]) => ['.TP', bold(code), text(meaning)]),
    '.SH FILES',
    '.TP',
    bold('prodimport.config.json, .env'),
    text('defaults of options, and which database, in the current folder'),
    '.TP',
    bold('PRODIMPORT_HOME'),
    text('environment variable: the folder that holds the data of the embedded PostgreSQL'),
    '.SH REPORTING BUGS',
    text(`Run the command again with --debug, and report what it says ${faultAddress()}.`),
    '',
  ].join('\n');
}

function programOf(program, name) {
  return name
    .split(' ')
    .reduce((above, word) => above.commands.find((each) => each.name() === word), program);
}

function commandLines({ name, examples, arguments: taken = [] }, program) {
  const own = optionsOf(program, ({ helpGroupHeading: group }) => group !== 'Global options:');
  const described = taken.filter(({ description }) => description);
  return [
    `.SS ${text(
      program
        .createHelp()
        .commandUsage(program)
        .replace(/ \[options\]/, ''),
    )}`,
    text(program.description()),
    ...described.flatMap((each) => ['.TP', bold(each.name), text(each.description)]),
    ...own,
    '.PP',
    `Examples of ${text(name)}:`,
    ...literal(examples.join('\n')),
  ];
}

/** Options with their choices and defaults, as `--help` words them. */
function optionsOf(program, isWanted) {
  const help = program.createHelp();
  return help
    .visibleOptions(program)
    .filter(isWanted)
    .flatMap((option) => [
      '.TP',
      bold(help.optionTerm(option)),
      text(help.optionDescription(option)),
    ]);
}

/** The rows of the table under that heading. */
function exitCodes(readme) {
  const [, section] = readme.split(/^## Exit codes$/m);
  const rows = [...section.split(/^## /m)[0].matchAll(/^\| ([\d· ]+?) \| (.+) \|$/gm)];
  return rows.map(([, code, meaning]) => [code.replaceAll(' · ', ', '), meaning]);
}

const bold = (words) => `\\fB${text(words)}\\fR`;
const quoted = (words) => `"${words}"`;

/** Lines that stay as they are. */
function literal(lines) {
  return ['.PP', '.nf', ...lines.split('\n').map(text), '.fi'];
}

/**
 * As roff takes it: a backslash, and a dot or a quote that begins a line, would be commands; what is
 * not ASCII goes by its number.
 */
function text(words) {
  const number = (letter) => letter.codePointAt(0).toString(16).toUpperCase().padStart(4, '0');
  const escaped = words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('\n', ' ')
    .replace(/[^ -~]/gu, (letter) => `\\[u${number(letter)}]`);
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
