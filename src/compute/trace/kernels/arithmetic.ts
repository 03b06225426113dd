/** Elementwise arithmetic. */
import { TracedValue } from '../value.ts';
import {
  broadcastShape,
  castTo,
  elementwise,
  sameShape,
  type KernelCall,
  type Kernels,
  type TraceKernel,
} from '../kernel.ts';
import type { ElementType } from '../graph.ts';

export const arithmeticKernels: Kernels = {
  Abs: unary('Abs'),
  Acos: unary('Acos'),
  Acosh: unary('Acosh'),
  Add: binary('Add', (a, b) => a + b, { identity: 0, commutes: true }),
  AddN: ({ graph, list }) =>
    list[0].dtype === 'float32'
      ? elementwise(graph, list, 'float32', (names) =>
          names.length === 1 ? names[0] : graph.node('Sum', names),
        )
      : elementwise(graph, list, list[0].dtype, (names) =>
          names.reduce((sum, x) => graph.node('Add', [sum, x])),
        ),
  Asin: unary('Asin'),
  Asinh: unary('Asinh'),
  Atan: unary('Atan'),
  Atanh: unary('Atanh'),
  Ceil: unary('Ceil'),
  Cos: unary('Cos'),
  Cosh: unary('Cosh'),
  Erf: unary('Erf'),
  Exp: unary('Exp'),
  Expm1: ({ graph, inputs: { x } }) =>
    elementwise(graph, [x], 'float32', ([a]) =>
      graph.node('Sub', [graph.node('Exp', [a]), graph.scalar('float32', 1)]),
    ),
  Floor: unary('Floor'),
  FloorDiv: ({ graph, inputs: { a, b } }) =>
    elementwise(graph, [a, b], a.dtype, ([x, y]) =>
      a.dtype === 'float32'
        ? graph.node('Floor', [graph.node('Div', [x, y])])
        : // ONNX's integer division truncates: take the floored remainder off first.
          graph.node('Div', [graph.node('Sub', [x, graph.node('Mod', [x, y])]), y]),
    ),
  Log: unary('Log'),
  Log1p: ({ graph, inputs: { x } }) =>
    elementwise(graph, [x], 'float32', ([a]) =>
      graph.node('Log', [graph.node('Add', [a, graph.scalar('float32', 1)])]),
    ),
  Maximum: binary('Max', Math.max),
  Minimum: binary('Min', Math.min),
  Mod: ({ graph, inputs: { a, b } }) =>
    elementwise(graph, [a, b], a.dtype, ([x, y]) => {
      if (a.dtype === 'int32') return graph.node('Mod', [x, y]);
      // Floored like tfjs; ONNX takes floats the way of C's fmod.
      const remainder = graph.node('Mod', [x, y], { fmod: 1 });
      return graph.node('Mod', [graph.node('Add', [remainder, y]), y], { fmod: 1 });
    }),
  Multiply: binary('Mul', (a, b) => a * b, { identity: 1, commutes: true }),
  Neg: unary('Neg', (x) => -x),
  Pow: binary('Pow', (a, b) => a ** b, { identity: 1 }),
  RealDiv: binary('Div', (a, b) => a / b, { identity: 1 }),
  Reciprocal: unary('Reciprocal'),
  // Half to even, in both.
  Round: unary('Round'),
  Rsqrt: ({ graph, inputs: { x } }) =>
    elementwise(graph, [x], 'float32', ([a]) => graph.node('Reciprocal', [graph.node('Sqrt', [a])])),
  Sign: unary('Sign'),
  Sin: unary('Sin'),
  Sinh: unary('Sinh'),
  Sqrt: unary('Sqrt', Math.sqrt),
  Square: ({ graph, inputs: { x } }) => elementwise(graph, [x], x.dtype, ([a]) => graph.node('Mul', [a, a])),
  SquaredDifference: ({ graph, inputs: { a, b } }) =>
    elementwise(graph, [a, b], a.dtype, ([x, y]) => {
      const difference = graph.node('Sub', [x, y]);
      return graph.node('Mul', [difference, difference]);
    }),
  Sub: binary('Sub', (a, b) => a - b, { identity: 0 }),
  Tan: unary('Tan'),
};

function unary(op: string, fold?: (x: number) => number): TraceKernel {
  return ({ graph, inputs: { x } }: KernelCall) => {
    if (fold && x.uniform !== undefined) return TracedValue.filled(graph, x.shape, x.dtype, fold(x.uniform));
    return elementwise(graph, [x], x.dtype, (names) => graph.node(op, names));
  };
}

/**
 * @param fold the operation on numbers, for operands that are uniform constants
 * @param identity the right operand that changes nothing (0 for a sum); tfjs's gradients are full of them
 */
function binary(
  op: string,
  fold: (a: number, b: number) => number,
  { identity, commutes = false }: { identity?: number; commutes?: boolean } = {},
): TraceKernel {
  return ({ graph, inputs: { a, b } }: KernelCall) => {
    const shape = broadcastShape([a.shape, b.shape]);
    if (a.uniform !== undefined && b.uniform !== undefined) {
      return TracedValue.filled(graph, shape, a.dtype, rounded(fold(a.uniform, b.uniform), a.dtype));
    }
    if (identity !== undefined && b.uniform === identity && sameShape(a.shape, shape)) return a;
    if (commutes && a.uniform === identity && sameShape(b.shape, shape)) return b;
    return elementwise(graph, [a, castTo(b, a.dtype)], a.dtype, (names) => graph.node(op, names));
  };
}

function rounded(x: number, dtype: ElementType): number {
  return dtype === 'float32' ? Math.fround(x) : Math.trunc(x);
}
