import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapi, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { expect, it } from 'vitest';

const here = dirname(fileURLToPath(import.meta.url));
const described = join(here, '../../../../src/Braid/openapi/v1.json');

it('has the types that the server describes: after a change of the API build the server, then `npm run api -w web/workspace`', async () => {
  const made = COMMENT_HEADER + astToString(await openapi(JSON.parse(readFileSync(described, 'utf8'))));
  expect(readFileSync(join(here, 'schema.d.ts'), 'utf8')).toBe(made);
}, 30_000);
