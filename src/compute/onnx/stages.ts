/**
 * A graph cut into stages: parts for onnxruntime, and the host kernels between them. What many stages have in common, the
 * steps of a rollout, is one model.
 */
import { ensure } from '../../spec/errors.ts';
import type { Value } from '../compute.ts';
import type { Graph, GraphNode, GraphValue, Initializer } from '../trace/graph.ts';
import { HOST_KERNEL } from '../trace/kernels/host.ts';

/** Names inside of a model, and those of the whole program. */
export type Names = readonly (readonly [inner: string, outer: string])[];

export interface ModelStep {
  readonly model: number;
  readonly feeds: Names;
  readonly results: Names;
}

export interface HostStep {
  readonly module: string;
  readonly kernel: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly shape: readonly number[];
}

export interface Stages {
  readonly models: readonly Graph[];
  readonly steps: readonly (ModelStep | HostStep)[];
  /** Constants that host kernels read. */
  readonly constants: Readonly<Record<string, Value>>;
}

/** Whether there is anything to cut. */
export function hasHostKernels({ nodes }: Graph): boolean {
  return nodes.some(isHost);
}

export function cutIntoStages(graph: Graph): Stages {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const initializers = new Map(graph.initializers.map((constant) => [constant.name, constant]));
  const stageOf = stagesOf(graph, new Set(initializers.keys()));
  const models: Graph[] = [];
  const known = new Map<string, number>();
  const steps: (ModelStep | HostStep)[] = [];
  const last = Math.max(...stageOf.values());
  for (let stage = 0; stage <= last; stage++) {
    const members = graph.nodes.filter((node) => stageOf.get(node) === stage);
    const own = members.filter((node) => !isHost(node));
    if (own.length > 0) {
      const { model, key, feeds, results } = modelOf(graph, own, { producers, initializers, stageOf });
      const index = known.get(key) ?? models.push(model) - 1;
      known.set(key, index);
      steps.push({ model: index, feeds, results });
    }
    steps.push(...members.filter(isHost).map(hostStep));
  }
  const read = steps.flatMap((step) => ('kernel' in step ? step.inputs : []));
  const constants = read.flatMap((name) => {
    const constant = initializers.get(name);
    return constant === undefined
      ? []
      : [[name, { shape: constant.shape, data: constant.data as Value['data'] }] as const];
  });
  return { models, steps, constants: Object.fromEntries(constants) };
}

function isHost({ op }: GraphNode): boolean {
  return op === HOST_KERNEL;
}

function hostStep({ inputs, outputs: [output], attributes }: GraphNode): HostStep {
  const { module, name, shape } = attributes as unknown as { module: string; name: string; shape: number[] };
  return { module, kernel: name, inputs, output, shape };
}

/**
 * The stage of each node: host kernels as early as can be, since others wait for them, everything else as late as can be,
 * so that a stage holds what the next host kernels ask for and nothing besides. But no stage is made for what may as well
 * be done in an earlier one. Nodes that follow from constants alone have none: they belong to every stage that uses
 * them, as weights do.
 */
function stagesOf(graph: Graph, constants: ReadonlySet<string>): Map<GraphNode, number> {
  const earliest = earliestStages(graph, constants);
  const last = Math.max(...[...earliest].map(([node, stage]) => (isHost(node) ? stage + 1 : stage)));
  const latest = latestStages(graph, earliest, last, (_, late) => late);
  const needed = new Set([last]);
  for (const [node, stage] of earliest) if (!isHost(node) && latest.get(node) === stage) needed.add(stage);
  return latestStages(graph, earliest, last, (early, late) => {
    for (let stage = late; stage > early; stage--) if (needed.has(stage)) return stage;
    return early;
  });
}

function earliestStages({ nodes }: Graph, constants: ReadonlySet<string>): Map<GraphNode, number> {
  const isConstant = new Set(constants);
  /** The first stage that can use a value. */
  const ready = new Map<string, number>();
  const stages = new Map<GraphNode, number>();
  // What host kernels read has to come out of a stage, constant or not.
  const readByHosts = new Set(nodes.filter(isHost).flatMap(({ inputs }) => inputs));
  for (const node of nodes) {
    const follows = !isHost(node) && node.inputs.every((name) => name === '' || isConstant.has(name));
    if (follows && !node.outputs.some((name) => readByHosts.has(name))) {
      node.outputs.forEach((name) => isConstant.add(name));
      continue;
    }
    const stage = Math.max(0, ...node.inputs.map((name) => ready.get(name) ?? 0));
    stages.set(node, stage);
    node.outputs.forEach((name) => ready.set(name, isHost(node) ? stage + 1 : stage));
  }
  return stages;
}

/** @param choose a stage between the earliest of a node and the first one that waits for it */
function latestStages(
  { nodes }: Graph,
  earliest: ReadonlyMap<GraphNode, number>,
  last: number,
  choose: (early: number, late: number) => number,
): Map<GraphNode, number> {
  const wanted = new Map<string, number>();
  const stages = new Map<GraphNode, number>();
  for (const node of nodes.toReversed()) {
    const early = earliest.get(node);
    if (early === undefined) continue;
    const late = Math.min(last, ...node.outputs.map((name) => wanted.get(name) ?? last));
    const stage = isHost(node) ? early : choose(early, late);
    stages.set(node, stage);
    for (const name of node.inputs) wanted.set(name, Math.min(stage, wanted.get(name) ?? last));
  }
  return stages;
}

/** The nodes of one stage as a graph, with names that only depend on its structure. */
function modelOf(
  graph: Graph,
  own: readonly GraphNode[],
  {
    producers,
    initializers,
    stageOf,
  }: {
    readonly producers: ReadonlyMap<string, GraphNode>;
    readonly initializers: ReadonlyMap<string, Initializer>;
    readonly stageOf: ReadonlyMap<GraphNode, number>;
  },
): { model: Graph; key: string; feeds: Names; results: Names } {
  const inner = new Map<string, string>();
  const rename = (name: string, kind: string): string => {
    const known = inner.get(name);
    if (known !== undefined) return known;
    const fresh = `${kind}${inner.size}`;
    inner.set(name, fresh);
    return fresh;
  };
  const nodes: GraphNode[] = [];
  const constants: Initializer[] = [];
  const constantNames: string[] = [];
  const feeds: [string, string][] = [];
  const inputs: GraphValue[] = [];
  const isOwn = new Set(own);
  const made = new Set(own.flatMap(({ outputs }) => outputs));
  /** Makes a value available inside: a constant with all that it follows from, or an input. */
  const bring = (name: string): void => {
    if (name === '' || inner.has(name) || made.has(name)) return;
    const constant = initializers.get(name);
    const producer = producers.get(name);
    if (constant !== undefined) {
      constants.push({ ...constant, name: rename(name, 'c') });
      constantNames.push(name);
    } else if (producer !== undefined && !stageOf.has(producer)) {
      append(producer);
    } else {
      const outside = rename(name, 'i');
      feeds.push([outside, name]);
      inputs.push({ ...described(graph, name), name: outside });
    }
  };
  const append = (node: GraphNode): void => {
    node.inputs.forEach(bring);
    nodes.push({
      ...node,
      inputs: node.inputs.map((name) => (name === '' ? '' : rename(name, 'v'))),
      outputs: node.outputs.map((name) => rename(name, 'v')),
    });
  };
  own.forEach(append);

  const used = new Set(graph.nodes.filter((node) => !isOwn.has(node)).flatMap((node) => node.inputs));
  graph.outputs.forEach(({ name }) => used.add(name));
  const results = own
    .flatMap(({ outputs }) => outputs)
    .filter((name) => used.has(name))
    .map((name): [string, string] => [inner.get(name)!, name]);
  const outputs = results.map(([name, outer]) => ({ ...described(graph, outer), name }));
  // Equal constants have one name in the whole graph: no need to compare what they hold.
  const key = JSON.stringify([inputs, outputs, nodes, constantNames]);
  const model = { name: graph.name, inputs, outputs, nodes, initializers: constants, values: new Map() };
  return { model, key, feeds, results };
}

function described({ name: program, inputs, outputs, values }: Graph, name: string): GraphValue {
  const known = [...inputs, ...outputs].find((value) => value.name === name) ?? values.get(name);
  ensure(known !== undefined, `${program}: nothing is known of the value ${name}, at which it has to be cut`);
  return known;
}
