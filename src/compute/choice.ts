/** What `--engine` and `--provider` mean. Light: whoever only offers the choice need not wait for networks. */

export const ENGINE_NAMES = ['onnx', 'eager'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** Plain data, so that it can be sent to another process. */
export interface EngineChoice {
  readonly engine: EngineName;
  /**
   * Of onnx: cpu (default), webgpu, cuda, coreml, dml, or `auto`, the quickest that works here. Of eager: a tfjs backend;
   * the quickest that is installed when none is named.
   */
  readonly provider?: string | undefined;
}

export const DEFAULT_ENGINE = { engine: 'onnx', provider: 'cpu' } as const satisfies EngineChoice;
