import { expect, it } from 'vitest';
import { filesIn, read, withoutComments } from './sources.js';

const files = filesIn('src', '.ts');
const codeOf = (path: string) => withoutComments(read(path));

it('ends the process in no file of src: exit codes are returned to the executable', () => {
  expect(files.filter((path) => /\bprocess\.exit\b/.test(codeOf(path)))).toEqual([]);
});

it('prints by no console in src', () => {
  expect(files.filter((path) => /\bconsole\./.test(codeOf(path)))).toEqual([]);
});

it('has no drawer for everything', () => {
  const drawers =
    /(^|\/)(utils?|helpers?|lib|common|shared|core|services?|managers?|types)(\.ts|\/)/;
  expect([...files, ...filesIn('tests', '.ts')].filter((path) => drawers.test(path))).toEqual([]);
});

it('has no default export', () => {
  expect(files.filter((path) => /^export default/m.test(codeOf(path)))).toEqual([]);
});

it('keeps each file of src to one idea: few are over 250 lines, none is over 300', () => {
  const long = files
    .map((path) => ({ path, lines: read(path).split('\n').length - 1 }))
    .filter(({ lines }) => lines > 250);
  expect(long.filter(({ lines }) => lines > 300)).toEqual([]);
  expect(long.length, JSON.stringify(long)).toBeLessThanOrEqual(3);
});

it('imports heavy packages where they are used, when they are used', () => {
  const heavy = /^import (?!type\b)[^;]*'(exceljs|sharp|@aws-sdk\/[^']+|@e965\/xlsx)'/m;
  expect(files.filter((path) => heavy.test(codeOf(path)))).toEqual([]);
});
