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

/** OpenAPI 3.0 as far as zod writes it here. */
export interface OpenApiSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly nullable?: boolean;
  readonly anyOf?: readonly OpenApiSchema[];
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly required?: readonly string[];
  readonly items?: OpenApiSchema;
  readonly additionalProperties?: OpenApiSchema | boolean;
  readonly definitions?: Readonly<Record<string, OpenApiSchema>>;
}

const ANYTHING: StructuralSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/**
 * The structural form of a schema. What refers to itself is spelled out `levels` deep and kept as it is below. Only
 * shapes go in: what values mean is checked where it can be explained, and objects that are stored already stay valid.
 */
export function structuralSchema(schema: OpenApiSchema, levels: number): StructuralSchema {
  return convert(schema, { definitions: schema.definitions ?? {}, levels });
}

interface Context {
  readonly definitions: Readonly<Record<string, OpenApiSchema>>;
  /** How many references may still be followed. */
  readonly levels: number;
}

function convert(schema: OpenApiSchema, context: Context): StructuralSchema {
  return { ...shapeOf(schema, context), ...(schema.nullable && { nullable: true }) };
}

function shapeOf(schema: OpenApiSchema, context: Context): StructuralSchema {
  if (schema.$ref !== undefined) return followed(schema.$ref, context);
  if (schema.anyOf !== undefined) return { 'x-kubernetes-int-or-string': true };
  if (schema.type === 'array') return { type: 'array', items: convert(schema.items ?? {}, context) };
  if (schema.type === 'object') return objectSchema(schema, context);
  return { type: schema.type ?? 'string' };
}

function followed(reference: string, context: Context): StructuralSchema {
  if (context.levels === 0) return ANYTHING;
  const definition = context.definitions[reference.replace('#/definitions/', '')]!;
  return convert(definition, { ...context, levels: context.levels - 1 });
}

function objectSchema(schema: OpenApiSchema, context: Context): StructuralSchema {
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

function mapSchema(values: OpenApiSchema['additionalProperties'], context: Context): StructuralSchema {
  if (typeof values !== 'object' || Object.keys(values).length === 0) return ANYTHING;
  return { type: 'object', additionalProperties: convert(values, context) };
}

/** A loose object's other fields are anything. */
function isOpen(values: OpenApiSchema['additionalProperties']): boolean {
  return typeof values === 'object' && Object.keys(values).length === 0;
}
