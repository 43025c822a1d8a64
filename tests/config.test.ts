import { describe, expect, it } from 'vitest';
import { namedSchema, readEnvironment } from '../src/environment.js';
import { useFolder } from './setup/folder.js';

describe('the schema that is named', () => {
  const config = { schema: 'of_config' };
  const file = {};
  const exported = { PRODIMPORT_SCHEMA: 'exported' };

  it.each([
    ['the flag', 'flag', { exported, file, config }, 'flag', 'command line'],
    ['the environment', undefined, { exported, file, config }, 'exported', 'PRODIMPORT_SCHEMA'],
    ['the file', undefined, { exported: {}, file: {}, config }, 'of_config', /config\.json$/],
    ['nothing', undefined, { exported: {}, file: {} }, 'prodimport', 'default'],
  ])('is that of %s, and says so', (_, flag, environment, name, from) => {
    expect(namedSchema(flag, environment)).toEqual({
      name,
      from: typeof from === 'string' ? from : (expect.stringMatching(from) as string),
    });
  });
});

describe('.env', () => {
  const folder = useFolder();
  const read = (text: string) => {
    folder.write('.env', text);
    return readEnvironment({}, folder.path('')).file;
  };

  it.each([
    ['DATABASE_URL: postgresql://db.example/shop', 'DATABASE_URL'],
    ['# the shop\nOTHER=1\nexport PGHOST db.example\n', 'PGHOST'],
  ])('is refused where a variable of ours would get no value: %j', (text, name) => {
    expect(() => read(text)).toThrow(`.env gives ${name} no value`);
  });

  it('gives a variable behind a line that is none its value, or is refused', () => {
    // Node 20 takes both lines for one name.
    const [major] = process.versions.node.split('.').map(Number);
    const text = 'A note\nPGHOST=db.example\n';
    if (major! < 22) expect(() => read(text)).toThrow('.env gives PGHOST no value');
    else expect(read(text)).toMatchObject({ PGHOST: 'db.example' });
  });

  it('may say what it likes about other things', () => {
    const text = '# PGHOST: none\nA note\nOTHER=1\nPGPORT = 5433\nKEY="x\nDATABASE\ny"\nPGUSER=\n';
    expect(read(text)).toMatchObject({ PGPORT: '5433', PGUSER: '' });
  });

  it.each([
    'PRODIMPORT_HOME',
    'PRODIMPORT_SCHEMA',
    'PRODIMPORT_NEW',
    'PGOPTIONS',
    'PGCONNECT_TIMEOUT',
  ])(
    'is refused where it names a variable of ours that says more than where the database is: %s',
    (name) => {
      expect(() => read(`DATABASE_URL=postgresql://h/d\n${name}=x\n`)).toThrow(
        `.env names ${name}, which is not read from there`,
      );
    },
  );

  it('gives nothing else, though it may hold what others read', () => {
    const text = 'NODE_OPTIONS=--import=./evil.js\nHOME=/evil\nPGPASSFILE=x\nPGHOST=h\n';
    expect(read(text)).toEqual({ PGHOST: 'h' });
  });
});
