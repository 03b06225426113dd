/** Parquet tables as LeRobot writes them: SNAPPY, optional columns, lists as `list`/`element`. */
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, type SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { ensure, ForesightError } from '../spec/errors.ts';
import { replaceFileWith } from '../files/atomic.ts';
import { reason } from './files.ts';

/** What one value of a column is; `depth` lists around it (0: a plain value). */
export interface ColumnType {
  readonly of: 'float' | 'double' | 'int64' | 'string';
  readonly depth: number;
}

/** A value, or lists of values as deep as its column says. */
export type Cell = number | bigint | string | readonly Cell[];

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly values: readonly Cell[];
}

export type Row = Readonly<Record<string, unknown>>;

/** Writes columns of equal length as one parquet file, whole or not at all. */
export async function writeParquet(
  path: string,
  columns: readonly Column[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const schema: SchemaElement[] = [{ name: 'schema', num_children: columns.length }];
  for (const column of columns) schema.push(...schemaOf(column.name, column.type));
  const buffer = parquetWriteBuffer({
    schema,
    columnData: columns.map(({ name, type, values }) => ({ name, data: values.map((v) => toFile(v, type)) })),
    kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    createdBy: 'visual-foresight',
  });
  await replaceFileWith(path, new Uint8Array(buffer));
}

/**
 * Every row of a parquet file; 64-bit integers become numbers.
 *
 * @throws ForesightError naming the file when it is missing, truncated or not parquet
 */
export async function readParquet(path: string): Promise<Row[]> {
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const rows = await parquetReadObjects({ file, metadata });
    ensure(
      rows.length === Number(metadata.num_rows),
      `its footer says ${metadata.num_rows} rows, ${rows.length} could be read`,
    );
    return rows.map((row) => fromFile(row) as Row);
  } catch (error) {
    throw new ForesightError(`${path}: ${describe(error)}`, { cause: error });
  }
}

function describe(error: unknown): string {
  const why = reason(error);
  return why === 'missing' ? why : `not a whole parquet file: ${why}`;
}

function schemaOf(name: string, type: ColumnType): SchemaElement[] {
  if (type.depth > 0) {
    return [
      {
        name,
        num_children: 1,
        repetition_type: 'OPTIONAL',
        converted_type: 'LIST',
        logical_type: { type: 'LIST' },
      },
      { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
      ...schemaOf('element', { of: type.of, depth: type.depth - 1 }),
    ];
  }
  const repetition_type = 'OPTIONAL';
  if (type.of === 'string') {
    return [
      { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' }, repetition_type },
    ];
  }
  const physical = { float: 'FLOAT', double: 'DOUBLE', int64: 'INT64' } as const;
  return [{ name, type: physical[type.of], repetition_type }];
}

function toFile(value: Cell, type: ColumnType): unknown {
  if (typeof value === 'object') return value.map((v) => toFile(v, type));
  return type.of === 'int64' ? BigInt(value) : value;
}

function fromFile(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(fromFile);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>, fromFile);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, fromFile(v)]));
}
