import type { z } from 'zod';
import { eventsQuerySchema, eventSchema } from './events.ts';
import { componentSchemas, schemaOf, type JsonSchema } from './openapi-schemas.ts';
import { signedInSchema } from './people.ts';
import { idempotencyKeyField, idempotencyKeyHeader, routes, type Route } from './routes.ts';
import { sessionCookie, sessionRequestSchema, signInLinkSchema } from './session.ts';

/** Of OpenAPI 3.1, as far as it is written here. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<'schemas' | 'parameters' | 'responses' | 'securitySchemes', object>>;
}

interface Operation {
  readonly operationId: string;
  readonly description?: string;
  readonly parameters: readonly object[];
  readonly security?: OpenApiDocument['security'];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, object>>;
}

/** `GET /openapi.json`: the surface for people and their programs, made of the schemas that the api itself checks with. */
export function openApiDocument(version: string): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const [name, route] of Object.entries<Route>(routes))
    (paths[pathTemplate(route.path)] ??= {})[route.method.toLowerCase()] = operationOf(name, route);
  return {
    openapi: '3.1.0',
    info: { title: 'Slipway', version, description: 'What people and their programs say to Slipway.' },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { session: [] }],
    paths: { ...paths, ...besideRoutes },
    components: {
      schemas: componentSchemas(),
      parameters: { idempotencyKey },
      responses: { problem },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: sessionCookie },
      },
    },
  };
}

const problem = {
  description: 'Refused or failed: what was wrong, and what to do',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

const idempotencyKey = {
  name: idempotencyKeyHeader,
  in: 'header',
  required: true,
  description: 'The same when the request is repeated: a repeat is the same request and gets the same answer.',
  schema: schemaOf(idempotencyKeyField),
};

const json = (schema: z.ZodType) => ({ 'application/json': { schema: schemaOf(schema) } });
const orProblem = { default: { $ref: '#/components/responses/problem' } };
const pathTemplate = (path: string): string => path.replaceAll(/:([a-z]+)/g, '{$1}');

function operationOf(operationId: string, { method, path, allows, query, body, status, answer }: Route): Operation {
  const key = method === 'POST' ? [{ $ref: '#/components/parameters/idempotencyKey' }] : [];
  return {
    operationId,
    description: allows === 'signed-in' ? 'Whoever is signed in.' : `Role: ${allows.join(' or ')}.`,
    parameters: [...pathParameters(path), ...queryParameters(query), ...key],
    ...(body && { requestBody: { required: true, content: json(body) } }),
    responses: { [status]: { description: 'Done, or accepted', content: json(answer) }, ...orProblem },
  };
}

function pathParameters(path: string): object[] {
  return [...path.matchAll(/:([a-z]+)/g)].map(([, name]) => {
    const isNumber = name === 'deployment' || name === 'release';
    return {
      name,
      in: 'path',
      required: true,
      schema: isNumber ? { type: 'integer', minimum: 1 } : { type: 'string' },
    };
  });
}

function queryParameters(query: z.ZodType | undefined): object[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] }: JsonSchema = schemaOf(query);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

/** What is not a plain request and its answer (`session.ts`, `events.ts`). */
const besideRoutes: Record<string, Record<string, Operation>> = {
  '/v1/session': {
    post: {
      operationId: 'signIn',
      description: 'Signs a browser in: sets the cookie of the session.',
      parameters: [],
      security: [],
      requestBody: { required: true, content: json(sessionRequestSchema) },
      responses: { 200: { description: 'Signed in', content: json(signedInSchema) }, ...orProblem },
    },
    delete: {
      operationId: 'signOut',
      parameters: [],
      responses: { 204: { description: 'Signed out' }, ...orProblem },
    },
  },
  '/v1/sign-in-links': {
    post: {
      operationId: 'createSignInLink',
      description: 'A link for the person who asks, good once, for ten minutes.',
      parameters: [],
      security: [{ token: [] }],
      responses: { 200: { description: 'The link', content: json(signInLinkSchema) }, ...orProblem },
    },
  },
  '/v1/events': {
    get: {
      operationId: 'followEvents',
      description: 'Server-sent events: the data of each is one of `ApiEvent`, its name the `type`.',
      parameters: [
        ...queryParameters(eventsQuerySchema),
        { name: 'Last-Event-ID', in: 'header', required: false, schema: { type: 'string' } },
      ],
      responses: {
        200: { description: 'The stream', content: { 'text/event-stream': { schema: schemaOf(eventSchema) } } },
        ...orProblem,
      },
    },
  },
};
