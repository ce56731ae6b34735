import { openApiDocument } from '../../protocol/api/openapi.ts';
import { anchor, code, generatedNote, page, table } from './markdown.ts';
import { typeText, type JsonSchema } from './json-type.ts';
import { routePurposes } from './route-purposes.ts';

/** An operation of the OpenAPI document, as far as a page shows it. */
interface Operation {
  readonly operationId: string;
  readonly description?: string;
  readonly parameters: readonly object[];
  readonly security?: readonly object[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, object>>;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: JsonSchema;
}

interface WithContent {
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

interface Address {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

const { paths, components } = openApiDocument('');
const schemas = components.schemas as Readonly<Record<string, JsonSchema>>;

/** Every address of the document, in its order. */
export const addresses = (): readonly Address[] =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );

const introduction = `# The API

What pages and the command line say to the \`api\` program. The same as an OpenAPI document: \`GET /openapi.json\`.

- Sign in with \`Authorization: Bearer <token>\`, or with the cookie that a browser's session sets.
- A service is written \`checkout\`, a release \`checkout@412\`, a deployment \`checkout/87\`; in an address \`release\` and \`deployment\` are the numbers.
- Every POST that changes something carries \`Idempotency-Key\`, 8 to 200 printable characters. A repeat with the same key is the same request and gets the same answer. 202 means accepted, not yet in effect.
- Requests are strict: an unknown field is refused. Answers are open: fields are only added, so ignore those you don't know.
- Times are RFC 3339 in UTC. Lists come in pages of \`limit\` (1 to 200, else 50); \`next\` is the \`cursor\` of the page that follows.
- Errors are problems with a stable code: [problems.md](problems.md).`;

/** `docs/reference/api.md` */
export const apiPage = (): string =>
  page([
    generatedNote('protocol/api/routes.ts and protocol/api/openapi.ts'),
    introduction,
    '## Addresses',
    overview(),
    ...addresses().flatMap(section),
    beside,
    '## Objects',
    ...objects().flatMap(([name, schema]) => [`### ${name}`, fieldsOf(schema)]),
  ]);

/** But for those whose fields stand where they are sent. */
function objects(): readonly (readonly [string, JsonSchema])[] {
  const sent = addresses().map(({ operation }) => schemaIn(operation.requestBody ?? {}));
  const bodies = new Set(sent.filter((schema) => schema !== undefined).map((schema) => resolved(schema)));
  return Object.entries(schemas).filter(([, schema]) => !bodies.has(schema) || schema.properties === undefined);
}

const titleOf = ({ method, path }: Pick<Address, 'method' | 'path'>): string => `${method} ${path}`;

const overview = (): string =>
  table(
    ['address', 'what it does'],
    addresses().map((address) => [
      `[${code(titleOf(address))}](${anchor(titleOf(address))})`,
      routePurposes[address.operation.operationId] ?? '',
    ]),
  );

function section(address: Address): readonly string[] {
  const { operation } = address;
  return [
    `### ${code(titleOf(address))}`,
    `${routePurposes[operation.operationId] ?? ''} ${whoMay(operation)}`,
    inputs(operation),
    answerText(operation),
  ];
}

function whoMay({ description = '', security }: Operation): string {
  if (security?.length === 0) return 'Open to everybody.';
  return /^(Role|Whoever)/.test(description) ? description : 'Whoever is signed in.';
}

const isParameter = (value: object): value is Parameter => 'name' in value;

/** Parameters and the fields of the body, in one table. */
function inputs({ parameters, requestBody }: Operation): string {
  const rows = parameters
    .filter(isParameter)
    .filter((parameter) => parameter.in !== 'path')
    .map(({ name, in: place, required, schema }) => [code(name), place, neededText(required), typeText(schema)]);
  const body = requestBody === undefined ? [] : bodyRows(schemaIn(requestBody)!);
  return rows.length + body.length === 0 ? '' : table(['field', 'in', '', 'type'], [...rows, ...body]);
}

function bodyRows(schema: JsonSchema): readonly (readonly string[])[] {
  const { properties, required = [], anyOf } = resolved(schema);
  if (properties === undefined)
    return [['', 'body', 'required', (anyOf ?? []).map((each) => typeText(each as JsonSchema)).join(' or ')]];
  return Object.entries(properties).map(([name, field]) => {
    const { default: fallback } = field as JsonSchema;
    const needed =
      fallback === undefined ? neededText(required.includes(name)) : `default ${code(JSON.stringify(fallback))}`;
    return [code(name), 'body', needed, typeText(field as JsonSchema)];
  });
}

const neededText = (isRequired: boolean): string => (isRequired ? 'required' : 'optional');

const resolved = (schema: JsonSchema): JsonSchema =>
  schema.$ref === undefined ? schema : schemas[schema.$ref.split('/').at(-1)!]!;

const schemaIn = (place: object): JsonSchema | undefined =>
  Object.values((place as WithContent).content ?? {})[0]?.schema;

function answerText({ responses }: Operation): string {
  const [status, response] = Object.entries(responses)[0]!;
  const schema = schemaIn(response);
  return schema === undefined ? `Answers ${status}.` : `Answers ${status}: ${typeText(schema)}.`;
}

function fieldsOf(schema: JsonSchema): string {
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices !== undefined) return choices.map((choice) => `- ${typeText(choice as JsonSchema)}`).join('\n');
  if (schema.properties === undefined) return typeText(schema);
  return table(
    ['field', '', 'type'],
    Object.entries(schema.properties).map(([name, field]) => [
      code(name),
      schema.required?.includes(name) ? '' : 'optional',
      typeText(field as JsonSchema),
    ]),
  );
}

const beside = `## Beside these

| address | who | what it does |
| --- | --- | --- |
| \`POST /webhooks/github\` | the code review, by \`X-Hub-Signature-256\` | takes a push; answers 202 with what it was taken for, \`accepted\` and \`ignored\` with the reason |
| \`POST /regions/v1/summaries\` | a region worker, by its token | takes the counts of its region |
| \`GET /healthz\` | everybody | the process answers |
| \`GET /readyz\` | everybody | 200 when it takes webhooks, else 503; each part that is away is named |
| \`GET /metrics\` | everybody | Prometheus text |
| \`GET /openapi.json\` | everybody | this page as an OpenAPI document |

Gateways speak to hosts only; their messages are in \`protocol/gateway.ts\`.`;
