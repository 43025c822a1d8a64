import { Option } from 'commander';
import { z } from 'zod';
import { closest } from '../closest.js';
import type { Command } from '../command.js';
import { configFileName } from '../config.js';
import { UsageError } from '../errors.js';
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
 * An answer to a question is for one time only; a load in the background reads the file as well, and
 * would go to the background for ever.
 */
const neverConfigured = ['yes', 'detach'];

/**
 * Reads a configuration file, for example
 * `{"schema": "shop", "load": {"decimal": ",", "maxRejects": "2%"}}`. Values are as on the command
 * line; those of options with a parser are parsed.
 * @throws UsageError naming the key, and the nearest one where it is unknown
 */
export function parseConfigFile(text: string, commands: Command[]): ConfigFile {
  const configurable = commands.filter(({ options = [] }) => options.length > 0);
  const shapes = configurable.map(({ name, options = [] }) => [name, optionsSchema(options)]);
  const byCommand = Object.fromEntries(shapes) as Record<string, z.ZodOptional<z.ZodObject>>;
  const shape = { ...byCommand, ...globalsShape, $schema: z.string().optional() };
  const file = z.strictObject(shape, { error: ofKind });
  const result = file.safeParse(parseJson(text));
  if (!result.success)
    throw invalid(result.error.issues.map((issue) => complaint(issue, byCommand)));
  const { database, schema, quiet, color, logFormat, $schema: _, ...options } = result.data;
  return {
    globals: { database, schema, quiet, color, logFormat } as ConfigFile['globals'],
    options: options as ConfigFile['options'],
  };
}

/** @returns what is said of a file that holds something else than settings */
function ofKind({ code }: z.core.$ZodRawIssue): string | undefined {
  return code === 'invalid_type'
    ? 'It has to be an object, such as {"schema": "shop"}.'
    : undefined;
}

function optionsSchema(specs: OptionSpec[]): z.ZodOptional<z.ZodObject> {
  const shape: Record<string, z.ZodType> = {};
  for (const spec of specs) {
    const name = new Option(spec.flags).attributeName();
    if (neverConfigured.includes(name)) continue;
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
  return issue.keys.map((key) => unknownKey([...place, key], known)).join('; ');
}

function unknownKey(path: string[], known: string[]): string {
  const key = path.at(-1)!;
  if (neverConfigured.includes(key)) return `${path.join('.')} is for the command line only`;
  const meant = closest(key, known);
  const hint = meant === null ? `it may have ${known.join(', ')}` : `did you mean ${meant}?`;
  return `there is no ${path.join('.')}; ${hint}`;
}

function invalid(problems: string[]): UsageError {
  return new UsageError(`${configFileName}: ${problems.join('; ')}`, 'config_invalid');
}
