/** What is done to a graph as a whole, once everything in it is known: bias fusion and dead-node removal. */
import type { Graph, GraphNode } from './graph.ts';

/** The same outputs from fewer nodes. */
export function optimise(graph: Graph): Graph {
  return withoutDeadNodes({ ...graph, nodes: fuseBias(withoutDeadNodes(graph)) });
}

/**
 * `Conv` followed by `Add` of a vector over channels becomes a `Conv` with bias, where nothing else reads the
 * unbiased result. onnxruntime does so only for constant weights; under training they are inputs.
 */
function fuseBias(graph: Graph): GraphNode[] {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const uses = new Map<string, number>();
  for (const name of graph.nodes.flatMap((node) => node.inputs)) uses.set(name, (uses.get(name) ?? 0) + 1);
  const constants = new Map(graph.initializers.map((constant) => [constant.name, constant]));
  const shapes = new Map(graph.initializers.filter((i) => i.type === 'int64').map((i) => [i.name, i.data]));

  /** The [C] vector behind a [1, C, 1, 1] operand. */
  const channelVector = (name: string): string | undefined => {
    const node = producers.get(name);
    if (node?.op !== 'Reshape') return undefined;
    const [batch, channels, rows, columns, ...rest] = shapes.get(node.inputs[1]) ?? [];
    if (rest.length > 0 || columns === undefined) return undefined;
    if (Number(batch) * Number(rows) * Number(columns) !== 1) return undefined;
    const before = producers.get(node.inputs[0]);
    // [C] may have come by way of [1, 1, 1, C].
    const source = before?.op === 'Reshape' ? before.inputs[0] : node.inputs[0];
    const known = constants.get(source) ?? graph.inputs.find((input) => input.name === source);
    return known?.shape.length === 1 && known.shape[0] === Number(channels) ? source : undefined;
  };

  return graph.nodes.map((node) => {
    if (node.op !== 'Add') return node;
    for (const [convolved, vector] of [node.inputs, [node.inputs[1], node.inputs[0]]]) {
      const conv = producers.get(convolved);
      const bias = channelVector(vector);
      if (conv?.op !== 'Conv' || conv.inputs.length !== 2 || uses.get(convolved) !== 1 || bias === undefined)
        continue;
      return { ...conv, inputs: [...conv.inputs, bias], outputs: node.outputs };
    }
    return node;
  });
}

/** Only what an output depends on. Nodes are in topological order and stay so. */
function withoutDeadNodes(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map((output) => output.name));
  const nodes: GraphNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    nodes.push(node);
    for (const name of node.inputs) needed.add(name);
  }
  return {
    ...graph,
    nodes: nodes.reverse(),
    initializers: graph.initializers.filter(({ name }) => needed.has(name)),
  };
}
