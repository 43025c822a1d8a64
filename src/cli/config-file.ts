import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { Option } from 'commander';
import { z } from 'zod';
import { closest, UsageError } from '../errors.js';
import type { Command, Input } from './command.js';
import { configFileName, type Environment } from '../environment.js';
import { optionName, type OptionSpec } from '../option.js';
import { globalOptions, type Globals } from './context.js';

/**
 * Reads a configuration file, for example
 * `{"schema": "shop", "load": {"decimal": ",", "maxRejects": "2%"}}`. Values are as on the command
 * line; those of options with a parser are parsed.
 * @returns the global options, and those of each command by its name
 * @throws UsageError naming the key, and the nearest one where it is unknown
 */
function parseConfigFile(text: string, commands: Command[], folder: string) {
  const sections = commands.filter(({ options = [] }) => options.length > 0);
  const schemas = sections.map(({ name, options = [] }) => {
    return [name, z.strictObject(shapeOf(options, folder)).optional()] as const;
  });
  const byCommand = Object.fromEntries(schemas);
  const globalShape = shapeOf(globalOptions, folder);
  const shape = { ...byCommand, ...globalShape, $schema: z.string().optional() };
  const result = z.strictObject(shape, { error: ofKind }).safeParse(parseJson(text));
  if (!result.success) {
    const known = [...Object.keys(globalShape), ...Object.keys(byCommand)];
    const { issues } = result.error;
    throw invalid(issues.map((issue) => complaint(issue, byCommand, sections, known)));
  }
  const values = Object.entries(result.data);
  const globals = Object.fromEntries(values.filter(([name]) => name in globalShape));
  return { globals: globals as Partial<Globals>, options: result.data as Sections };
}

type Sections = Record<string, Record<string, unknown> | undefined>;

/** @returns what is said of a file that holds something else than settings */
function ofKind({ code }: z.core.$ZodRawIssue): string | undefined {
  return code === 'invalid_type'
    ? 'It has to be an object, such as {"schema": "shop"}.'
    : undefined;
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

/** The values of the options that may stand in the file, by their names. */
function shapeOf(options: readonly OptionSpec[], folder: string): Record<string, z.ZodType> {
  const shape: Record<string, z.ZodType> = {};
  for (const spec of options.filter(({ config }) => config !== undefined)) {
    const name = optionName(spec);
    const hasOther = options.some((other) => other !== spec && optionName(other) === name);
    const own = valueSchema(spec, folder, hasOther);
    const other = shape[name];
    shape[name] = (other ? z.union([other, own]) : own).optional();
  }
  return shape;
}

/**
 * What may stand for an option: what one would type, or `false` for its `--no-` form.
 * @param hasOther whether it has a form without `--no-`, or one with it
 */
function valueSchema(spec: OptionSpec, folder: string, hasOther: boolean): z.ZodType {
  const { negate, required, optional } = new Option(spec.flags);
  if (negate && hasOther) return z.literal(false);
  if (!required && !optional) return z.boolean();
  const text = spec.choices
    ? z.enum(spec.choices)
    : z
        .union([z.string(), z.number()], 'It takes a text or a number.')
        .transform(String)
        .refine((value) => value !== '' || spec.allowsEmpty, 'It is empty.');
  const allowed = text.superRefine((value, context) => {
    const message = refusalOf(value, spec.config, folder);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });
  const one = spec.parse ? parsed(allowed, spec.parse) : allowed;
  if (!spec.repeatable) return one;
  return z.preprocess(listOf, z.array(one));
}

/** Why the file may not give an option this value; null where it may. */
function refusalOf(value: string, config: OptionSpec['config'], folder: string): string | null {
  if (config === 'output') {
    if (isBelow(folder, value)) return null;
    return `${value} is not below the folder of the file; name it on the command line`;
  }
  const isFree = typeof config === 'string' || config?.includes(value);
  return isFree ? null : `${value} is for the command line only`;
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
  names: string[],
): string {
  const place = issue.path.map((part) => String(part));
  if (issue.code !== 'unrecognized_keys') {
    const said = issue.code === 'invalid_union' ? issue.errors[0]?.[0]?.message : issue.message;
    return place.length > 0
      ? `${place.join('.')}: ${said ?? issue.message}`
      : (said ?? issue.message);
  }
  const section = byCommand[place.join('.')];
  const known = section ? Object.keys(section.unwrap().shape) : names;
  const { options = [] } = sections.find(({ name }) => name === place.join('.')) ?? {};
  const typed = options.map(optionName);
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
