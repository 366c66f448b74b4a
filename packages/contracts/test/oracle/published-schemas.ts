import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv, type ErrorObject } from 'ajv';

/** Where the published schemas and samples are. */
export const SCHEMAS = fileURLToPath(new URL('../../../test/fixtures/oci-schemas', import.meta.url));

/** Documents of the runtime-spec, and where the schemas describe them. */
const REFERENCES = {
  config: 'config-schema.json',
  process: 'config-schema.json#/properties/process',
  resources: 'config-linux.json#/linux/properties/resources',
  state: 'state-schema.json',
  features: 'features-schema.json',
} as const;
export type DocumentKind = keyof typeof REFERENCES;

const BASE = 'http://schemas.test/';

function loadSchemas(): Ajv {
  // They are of draft 4, whose keywords here mean the same today.
  const ajv = new Ajv({ strict: false, validateSchema: false, allErrors: true });
  for (const file of readdirSync(SCHEMAS).filter((name) => /^[a-z-]+\.json$/.test(name))) {
    const { $schema: _, ...schema } = JSON.parse(readFileSync(`${SCHEMAS}/${file}`, 'utf8'));
    ajv.addSchema({ ...schema, $id: `${BASE}${file}` });
  }
  return ajv;
}

const ajv = loadSchemas();

/** A place in a document: `/linux/namespaces/0/type`. */
function placeOf({ instancePath, keyword, params }: ErrorObject): string {
  return keyword === 'required' ? `${instancePath}/${params.missingProperty}` : instancePath;
}

/** What the schemas say about a document: the places that are wrong. */
export function askSchemas(kind: DocumentKind, document: unknown): string[] {
  const validate = ajv.getSchema(`${BASE}${REFERENCES[kind]}`);
  if (validate === undefined) throw new Error(`there is no schema of ${kind}`);
  if (validate(document)) return [];
  // Beside each failing branch of anyOf stands an error of anyOf itself.
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'anyOf');
  return [...new Set(errors.map(placeOf))];
}
