import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { Option } from 'commander';
import { z } from 'zod';
import { closest, UsageError } from '../errors.js';
import type { Command, Input } from './command.js';
import { configFileName, type Environment } from '../environment.js';
import type { OptionSpec } from '../option.js';

const globalsShape = {
  database: z.string().min(1, 'It is empty.').optional(),
  schema: z.string().min(1, 'It is empty.').optional(),
  quiet: z.boolean().optional(),
  color: z.boolean().optional(),
  logFormat: z.enum(['text', 'json']).optional(),
};

/** What a configuration file says. */
export interface ConfigFile {
  globals: z.infer<z.ZodObject<typeof globalsShape>>;
  /** By the command's name, then by the option's: `{ load: { maxRejects: … } }`. */
  options: Record<string, Record<string, unknown>>;
}

/**
 * What the file may say: somebody else may have filled the folder. How a file is read and shown,
 * limits, and outputs; what changes or deletes more than that, opens a way inside, or answers a
 * question is for the command line. So is `detach`: a load in the background reads the file as well.
 */
const configurable: Record<string, string> = {
  load:
    'format sheet member delimiter quote escape encoding headerRow dataRow null guards ragged map profile extra decimal ' +
    'roundPrices dateOrder allowMangled onExisting onDuplicate blank active inactive owner missingLimit maxRejects ' +
    'acceptRejects rejects outcomes dryRun diff recordChanges skipLoaded wait progress',
  inspect:
    'format sheet member delimiter quote escape encoding headerRow dataRow null guards ragged map profile extra decimal ' +
    'roundPrices dateOrder allowMangled',
  template: 'format output',
  status: 'limit',
  report: 'format output',
  'product list': 'search active inactive sort desc limit count ndjson withHeader',
  'product export': 'format output escapeFormulas',
  'webhook deliveries': 'limit',
  'webhook deliver': 'watch concurrency',
  'image process': 'watch concurrency limit refresh format width quality to',
  'image dead': 'limit',
};
/** Of every other command. */
const configurableAnywhere = 'wait';

/** Files and folders to write to: below the folder of the file. */
const outputs = ['rejects', 'outcomes', 'diff', 'output', 'to'];

/**
 * Reads a configuration file, for example
 * `{"schema": "shop", "load": {"decimal": ",", "maxRejects": "2%"}}`. Values are as on the command
 * line; those of options with a parser are parsed.
 * @throws UsageError naming the key, and the nearest one where it is unknown
 */
function parseConfigFile(text: string, commands: Command[], folder: string): ConfigFile {
  const sections = commands.filter(({ options = [] }) => options.length > 0);
  const shapes = sections.map((command) => [command.name, optionsSchema(command)]);
  const byCommand = Object.fromEntries(shapes) as Record<string, z.ZodOptional<z.ZodObject>>;
  const shape = { ...byCommand, ...globalsShape, $schema: z.string().optional() };
  const file = z.strictObject(shape, { error: ofKind });
  const result = file.safeParse(parseJson(text));
  if (!result.success)
    throw invalid(result.error.issues.map((issue) => complaint(issue, byCommand, sections)));
  const { database, schema, quiet, color, logFormat, $schema: _, ...rest } = result.data;
  const options = rest as ConfigFile['options'];
  refuseDangers(options, folder);
  return {
    globals: { database, schema, quiet, color, logFormat } as ConfigFile['globals'],
    options,
  };
}

/** @returns what is said of a file that holds something else than settings */
function ofKind({ code }: z.core.$ZodRawIssue): string | undefined {
  return code === 'invalid_type'
    ? 'It has to be an object, such as {"schema": "shop"}.'
    : undefined;
}

/** @throws UsageError for an output that is not below the folder, and for `blank: clear` */
function refuseDangers(options: ConfigFile['options'], folder: string): void {
  for (const [command, values] of Object.entries(options)) {
    for (const [name, value] of Object.entries(values)) {
      const place = `${command}.${name}`;
      if (name === 'blank' && value === 'clear') {
        throw invalid([`${place}: clear is for the command line only`]);
      }
      if (!outputs.includes(name) || isBelow(folder, String(value))) continue;
      throw invalid([
        `${place}: ${String(value)} is not below the folder of the file; name it on the command line`,
      ]);
    }
  }
}

/** Whether a path ends up below the folder, wherever links on its way lead. */
function isBelow(folder: string, path: string): boolean {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return false;
  const top = realpathSync(folder);
  const rest: string[] = [];
  try {
    for (let at = resolve(folder, path); ; at = dirname(at)) {
      if (lstatSync(at, { throwIfNoEntry: false })) {
        return join(realpathSync(at), ...rest).startsWith(top.endsWith(sep) ? top : top + sep);
      }
      rest.unshift(basename(at));
    }
  } catch {
    // A link that leads nowhere yet, say: who knows where it will lead.
    return false;
  }
}

function mayConfigure(command: string, option: string): boolean {
  return (configurable[command] ?? configurableAnywhere).split(' ').includes(option);
}

function optionsSchema({ name: command, options = [] }: Command): z.ZodOptional<z.ZodObject> {
  const shape: Record<string, z.ZodType> = {};
  for (const spec of options) {
    const name = new Option(spec.flags).attributeName();
    if (!mayConfigure(command, name)) continue;
    const other = shape[name];
    const own = valueSchema(spec);
    shape[name] = (other ? z.union([other, own]) : own).optional();
  }
  return z.strictObject(shape).optional();
}

/** What may stand for an option: what one would type, or `false` for its `--no-` form. */
function valueSchema(spec: OptionSpec): z.ZodType {
  const { negate, required, optional } = new Option(spec.flags);
  if (negate) return z.literal(false);
  if (!required && !optional) return z.boolean();
  const text = spec.choices
    ? z.enum(spec.choices)
    : z
        .union([z.string(), z.number()], 'It takes a text or a number.')
        .transform(String)
        .refine((value) => value !== '' || spec.allowsEmpty, 'It is empty.');
  const one = spec.parse ? parsed(text, spec.parse) : text;
  if (!spec.repeatable) return one;
  return z.preprocess(listOf, z.array(one));
}

/** One value may stand for a list of one; pairs such as those of `--map` as an object, too. */
function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return [value];
  return Object.entries(value).map(([key, one]) => `${key}=${one}`);
}

function parsed(text: z.ZodType<string>, parse: (text: string) => unknown): z.ZodType {
  return text.transform((value, context) => {
    try {
      return parse(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid([`it is not JSON (${(error as Error).message})`]);
  }
}

function complaint(
  issue: z.core.$ZodIssue,
  byCommand: Record<string, z.ZodOptional<z.ZodObject>>,
  sections: Command[],
): string {
  const place = issue.path.map((part) => String(part));
  if (issue.code !== 'unrecognized_keys') {
    const said = issue.code === 'invalid_union' ? issue.errors[0]?.[0]?.message : issue.message;
    return place.length > 0
      ? `${place.join('.')}: ${said ?? issue.message}`
      : (said ?? issue.message);
  }
  const section = byCommand[place.join('.')];
  const known = section
    ? Object.keys(section.unwrap().shape)
    : [...Object.keys(globalsShape), ...Object.keys(byCommand)];
  const { options = [] } = sections.find(({ name }) => name === place.join('.')) ?? {};
  const typed = options.map(({ flags }) => new Option(flags).attributeName());
  return issue.keys.map((key) => unknownKey([...place, key], known, typed)).join('; ');
}

/** @param typed the options of its command, those that the file may not name among them */
function unknownKey(path: string[], known: string[], typed: string[]): string {
  const key = path.at(-1)!;
  if (typed.includes(key)) return `${path.join('.')} is for the command line only`;
  const meant = closest(key, known);
  const names = known.length > 0 ? known.join(', ') : 'nothing';
  const hint = meant === null ? `it may have ${names}` : `did you mean ${meant}?`;
  return `there is no ${path.join('.')}; ${hint}`;
}

function invalid(problems: string[]): UsageError {
  return new UsageError(`${configFileName}: ${problems.join('; ')}`, 'config_invalid');
}

/**
 * Gives options that the command line does not name the values of `prodimport.config.json`. Database
 * and schema stand below the environment: they are given back.
 * @param text what the file in `folder` holds
 * @throws UsageError naming what is wrong in the file
 */
export function applyConfigFile(
  text: string,
  folder: string,
  commands: Command[],
  command: Command,
  input: Input,
): Environment['config'] {
  const { globals, options } = parseConfigFile(text, commands, folder);
  const { database, schema, color, ...rest } = globals;
  const isColourSaid = process.env.NO_COLOR || process.env.FORCE_COLOR;
  const values = { ...rest, ...(isColourSaid ? {} : { color }), ...options[command.name] };
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || input.given(name)) continue;
    input.options[name] = value;
    input.sources[name] = 'config';
  }
  return { database, schema };
}
