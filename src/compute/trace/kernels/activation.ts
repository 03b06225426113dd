/** Activations of networks, and their gradients where tfjs has a kernel for them. */
import type { LeakyReluAttrs, SoftmaxAttrs, StepAttrs } from '@tensorflow/tfjs';
import { castTo, elementwise, normalAxes, type Kernels, type TraceKernel } from '../kernel.ts';
import { axisIn, type TracedValue } from '../value.ts';
import { ForesightError } from '../../../spec/errors.ts';

export const activationKernels: Kernels = {
  Elu: unary('Elu'),
  EluGrad: ({ graph, inputs: { dy, y } }) =>
    elementwise(graph, [dy, y], 'float32', ([gradient, output]) => {
      const positive = graph.node('Greater', [output, graph.scalar('float32', 0)]);
      const below = graph.node('Mul', [gradient, graph.node('Add', [output, graph.scalar('float32', 1)])]);
      return graph.node('Where', [positive, gradient, below]);
    }),
  LeakyRelu: ({ graph, inputs: { x }, attrs }) => leakyRelu(x, (attrs as LeakyReluAttrs).alpha, graph),
  Prelu: ({ graph, inputs: { x, alpha } }) =>
    elementwise(graph, [x, alpha], 'float32', ([a, slope]) =>
      graph.node('Where', [
        graph.node('Less', [a, graph.scalar('float32', 0)]),
        graph.node('Mul', [a, slope]),
        a,
      ]),
    ),
  Relu: ({ inputs: { x } }) => relu(x),
  Relu6: ({ graph, inputs: { x } }) =>
    elementwise(graph, [x], x.dtype, ([a]) =>
      graph.node('Clip', [a, graph.scalar(x.dtype, 0), graph.scalar(x.dtype, 6)]),
    ),
  Selu: unary('Selu'),
  Sigmoid: unary('Sigmoid'),
  Softmax: ({ inputs: { logits }, attrs }) => softmax(logits, (attrs as SoftmaxAttrs).dim),
  Softplus: unary('Softplus'),
  Step: ({ inputs: { x }, attrs }) => step(x, (attrs as Partial<StepAttrs>).alpha ?? 0),
  Tanh: unary('Tanh'),
};

/** An activation by the name that tfjs's fused kernels use. */
export function activate(x: TracedValue, activation: string, leakyAlpha = 0.2): TracedValue {
  const call = { kernel: activation, graph: x.graph, inputs: { x }, list: [x], attrs: { alpha: leakyAlpha } };
  const kernel = activation === 'linear' ? undefined : FUSED[activation];
  if (activation === 'linear') return x;
  if (!kernel)
    throw new ForesightError(
      `trace: fused activation '${activation}' cannot be compiled; apply it separately`,
    );
  return kernel(call) as TracedValue;
}

const FUSED: Readonly<Record<string, TraceKernel>> = {
  relu: activationKernels.Relu,
  relu6: activationKernels.Relu6,
  elu: activationKernels.Elu,
  sigmoid: activationKernels.Sigmoid,
  leakyrelu: activationKernels.LeakyRelu,
};

function unary(op: string): TraceKernel {
  return ({ graph, inputs: { x } }) => elementwise(graph, [x], x.dtype, (names) => graph.node(op, names));
}

function relu(x: TracedValue): TracedValue {
  const { graph } = x;
  x.relu ??=
    x.dtype === 'float32'
      ? elementwise(graph, [x], 'float32', (names) => graph.node('Relu', names))
      : elementwise(graph, [x], x.dtype, ([a]) => graph.node('Max', [a, graph.scalar(x.dtype, 0)]));
  return x.relu;
}

function leakyRelu(x: TracedValue, alpha: number, graph: TracedValue['graph']): TracedValue {
  return elementwise(graph, [castTo(x, 'float32')], 'float32', (names) =>
    graph.node('LeakyRelu', names, { alpha: { float: alpha } }),
  );
}

/** 1 above 0, `alpha` elsewhere. */
function step(x: TracedValue, alpha: number): TracedValue {
  const { graph } = x;
  if (alpha !== 0) {
    return elementwise(graph, [x], x.dtype, ([a]) =>
      graph.node('Where', [
        graph.node('Greater', [a, graph.scalar(x.dtype, 0)]),
        graph.scalar(x.dtype, 1),
        graph.scalar(x.dtype, alpha),
      ]),
    );
  }
  // Behind a relu its output serves as well, and frees the convolution to be fused with the relu.
  const source = x.relu ?? x;
  return elementwise(graph, [source], x.dtype, ([a]) =>
    graph.cast(graph.node('Greater', [a, graph.scalar(x.dtype, 0)]), x.dtype),
  );
}

/**
 * Channels first it is written out (onnxruntime's own Softmax is slow over a strided axis), with the maximum
 * taken off so that no exponential overflows.
 */
function softmax(logits: TracedValue, dim: number): TracedValue {
  const { graph } = logits;
  const [axis] = normalAxes(dim, logits.rank);
  const channelsFirst = logits.rank === 4 && !logits.has('plain');
  return elementwise(graph, [logits], 'float32', ([x]) => {
    if (!channelsFirst) return graph.node('Softmax', [x], { axis });
    const axes = graph.ints([axisIn('channelsFirst', axis)]);
    const exponentials = graph.node('Exp', [graph.node('Sub', [x, graph.node('ReduceMax', [x, axes])])]);
    return graph.node('Div', [exponentials, graph.node('ReduceSum', [exponentials, axes])]);
  });
}
