import type { SchemaElement, SchemaTree } from 'hyparquet'

/** The type of a column as Arrow prints it: `Utf8`, `Int16`, `List<Float32>`, `Struct<{xmin: Float64}>`. */
export function columnTypeText(node: SchemaTree): string {
  const { element, children } = node
  if (children.length === 0) {
    const type = leafTypeText(element)
    return element.repetition_type === 'REPEATED' ? `List<${type}>` : type
  }
  if (element.converted_type === 'LIST' || element.logical_type?.type === 'LIST') {
    const repeated = children[0]!
    const isWrapped = repeated.children.length === 1 && repeated.element.name !== 'array'
    return `List<${isWrapped ? columnTypeText(repeated.children[0]!) : structText(repeated)}>`
  }
  if (element.converted_type === 'MAP') return 'Map'
  return structText(node)
}

function structText(node: SchemaTree): string {
  if (node.children.length === 0) return leafTypeText(node.element)
  return `Struct<{${node.children.map((child) => `${child.element.name}: ${columnTypeText(child)}`).join(', ')}}>`
}

function leafTypeText({ type, type_length, converted_type, logical_type }: SchemaElement): string {
  const converted = converted_type ?? ''
  const integer = /^(U?)INT_(8|16|32|64)$/.exec(converted)
  if (integer !== null) return `${integer[1] === 'U' ? 'Uint' : 'Int'}${integer[2]}`
  if (converted === 'UTF8' || logical_type?.type === 'STRING') return 'Utf8'
  if (converted === 'DATE') return 'Date32'
  if (converted.startsWith('TIMESTAMP') || logical_type?.type === 'TIMESTAMP' || type === 'INT96') return 'Timestamp'
  if (converted === 'DECIMAL') return 'Decimal'
  if (converted === 'JSON') return 'Utf8'
  if (logical_type?.type === 'FLOAT16') return 'Float16'
  switch (type) {
    case 'BOOLEAN':
      return 'Bool'
    case 'INT32':
      return 'Int32'
    case 'INT64':
      return 'Int64'
    case 'FLOAT':
      return 'Float32'
    case 'DOUBLE':
      return 'Float64'
    case 'FIXED_LEN_BYTE_ARRAY':
      return `FixedSizeBinary[${type_length}]`
    default:
      return 'Binary'
  }
}

const listedColumns = 8
const listedTypeLength = 40

/** Columns for a sentence: the first few, their types cut where they are whole trees, and how many more there are. */
export function columnListText(columns: readonly { readonly name: string; readonly type: string }[]): string {
  if (columns.length === 0) return 'no columns'
  const shown = columns.slice(0, listedColumns).map(({ name, type }) => `${name} (${shortType(type)})`)
  const more = columns.length - shown.length
  return `the columns ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function shortType(type: string): string {
  return type.length > listedTypeLength ? `${type.slice(0, listedTypeLength)}…` : type
}
