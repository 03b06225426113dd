/** A graph as the bytes of an ONNX model (https://onnx.ai/onnx/intro/concepts.html; opset 18). */
import { create, toBinary } from '@bufbuild/protobuf';
import {
  ELEMENT_TYPE_CODES,
  type AttributeValue,
  type Graph,
  type GraphValue,
  type Initializer,
} from '../trace/graph.ts';
import {
  AttributeProtoSchema,
  ModelProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type TensorProto,
  type ValueInfoProto,
} from './generated/onnx_pb.ts';

const OPSET = 18n;
const IR_VERSION = 8n;
/** AttributeProto.AttributeType of ONNX. */
const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 };

export function writeOnnx(graph: Graph): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: 'visual-foresight',
    opsetImport: [{ domain: '', version: OPSET }],
    graph: {
      name: graph.name,
      node: graph.nodes.map((node, i) => ({
        name: nodeName(node.op, i),
        opType: node.op,
        input: [...node.inputs],
        output: [...node.outputs],
        attribute: Object.entries(node.attributes).map(([name, value]) => attribute(name, value)),
      })),
      initializer: graph.initializers.map(tensor),
      input: graph.inputs.map(valueInfo),
      output: graph.outputs.map(valueInfo),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

/** What the node at position `i` of a graph is called in the model. */
export function nodeName(op: string, i: number): string {
  return `${op}_${i}`;
}

function attribute(name: string, value: AttributeValue): AttributeProto {
  if (typeof value === 'number')
    return create(AttributeProtoSchema, { name, type: ATTRIBUTE.int, i: BigInt(value) });
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: ATTRIBUTE.string, s: new TextEncoder().encode(value) });
  }
  if ('float' in value) return create(AttributeProtoSchema, { name, type: ATTRIBUTE.float, f: value.float });
  return create(AttributeProtoSchema, { name, type: ATTRIBUTE.ints, ints: value.map(BigInt) });
}

function tensor({ name, type, shape, data }: Initializer): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: ELEMENT_TYPE_CODES[type],
    dims: shape.map(BigInt),
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  });
}

function valueInfo({ name, type, shape }: GraphValue): ValueInfoProto {
  const dim = shape.map((size) => ({ value: { case: 'dimValue' as const, value: BigInt(size) } }));
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: ELEMENT_TYPE_CODES[type], shape: { dim } } } },
  });
}
