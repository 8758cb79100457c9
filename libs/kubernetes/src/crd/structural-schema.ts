/** A schema as a CustomResourceDefinition takes it: OpenAPI 3, structural. */
export interface StructuralSchema {
  type?: string;
  nullable?: true;
  properties?: Record<string, StructuralSchema>;
  required?: string[];
  items?: StructuralSchema;
  additionalProperties?: StructuralSchema;
  'x-kubernetes-preserve-unknown-fields'?: true;
  'x-kubernetes-int-or-string'?: true;
}

/** As far as zod writes it here. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

const ANYTHING: StructuralSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/**
 * The structural form of a JSON schema. What refers to itself is spelled out `levels` deep and kept as it is below.
 * Only shapes go in: what values mean is checked where it can be explained, and objects that are stored already stay
 * valid.
 */
export function structuralSchema(schema: JsonSchema, levels: number): StructuralSchema {
  return convert(schema, { definitions: schema.$defs ?? {}, levels });
}

interface Context {
  readonly definitions: Readonly<Record<string, JsonSchema>>;
  /** How many references may still be followed. */
  readonly levels: number;
}

function convert(schema: JsonSchema, context: Context): StructuralSchema {
  if (schema.$ref !== undefined) return followed(schema.$ref, context);
  if (schema.anyOf !== undefined) return alternative(schema.anyOf, context);
  if (schema.type === 'array') return { type: 'array', items: convert(schema.items ?? {}, context) };
  if (schema.type === 'object') return objectSchema(schema, context);
  return { type: schema.type ?? 'string' };
}

function followed(reference: string, context: Context): StructuralSchema {
  if (context.levels === 0) return ANYTHING;
  const definition = context.definitions[reference.replace('#/$defs/', '')]!;
  return convert(definition, { ...context, levels: context.levels - 1 });
}

function alternative(schemas: readonly JsonSchema[], context: Context): StructuralSchema {
  const present = schemas.filter(({ type }) => type !== 'null');
  const nullable = present.length < schemas.length ? { nullable: true as const } : {};
  if (present.length > 1) return { 'x-kubernetes-int-or-string': true, ...nullable };
  return { ...convert(present[0]!, context), ...nullable };
}

function objectSchema(schema: JsonSchema, context: Context): StructuralSchema {
  const { properties, required = [], additionalProperties } = schema;
  if (properties === undefined) return mapSchema(additionalProperties, context);
  const converted = Object.entries(properties).map(([name, property]) => [name, convert(property, context)]);
  return {
    type: 'object',
    ...(converted.length > 0 && { properties: Object.fromEntries(converted) }),
    ...(required.length > 0 && { required: [...required] }),
    ...(isOpen(additionalProperties) && { 'x-kubernetes-preserve-unknown-fields': true as const }),
  };
}

function mapSchema(values: JsonSchema['additionalProperties'], context: Context): StructuralSchema {
  if (typeof values !== 'object' || Object.keys(values).length === 0) return ANYTHING;
  return { type: 'object', additionalProperties: convert(values, context) };
}

/** A loose object's other fields are anything. */
function isOpen(values: JsonSchema['additionalProperties']): boolean {
  return typeof values === 'object' && Object.keys(values).length === 0;
}
