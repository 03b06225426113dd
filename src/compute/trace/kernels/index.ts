/** Every tfjs kernel that can be compiled, by family. A new one is a function in its family's file. */
import type { Kernels } from '../kernel.ts';
import { activationKernels } from './activation.ts';
import { arithmeticKernels } from './arithmetic.ts';
import { comparisonKernels } from './comparison.ts';
import { constantKernels } from './constant.ts';
import { convolutionKernels } from './convolution.ts';
import { gatherKernels } from './gather.ts';
import { hostKernels } from './host.ts';
import { matmulKernels } from './matmul.ts';
import { poolingKernels } from './pooling.ts';
import { reductionKernels } from './reduction.ts';
import { resizeKernels } from './resize.ts';
import { shapeKernels } from './shape.ts';

export const kernels: Kernels = {
  ...activationKernels,
  ...arithmeticKernels,
  ...comparisonKernels,
  ...constantKernels,
  ...convolutionKernels,
  ...gatherKernels,
  ...hostKernels,
  ...matmulKernels,
  ...poolingKernels,
  ...reductionKernels,
  ...resizeKernels,
  ...shapeKernels,
};
