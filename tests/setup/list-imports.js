// Loaded before a program (node --import): writes the URL of each module that it imports, a line
// each, to the file that LIST_IMPORTS names.
import { register } from 'node:module';

const hooks = `
  import { appendFileSync } from 'node:fs';
  export async function load(url, context, next) {
    appendFileSync(process.env.LIST_IMPORTS, url + '\\n');
    return next(url, context);
  }`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
