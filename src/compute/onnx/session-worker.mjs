// One onnxruntime session, or a program of several, in a thread of its own: see worker-session.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const { model, options } = workerData;
const send = (message, transfer) => parentPort.postMessage(message, transfer);

const opened = model instanceof Uint8Array ? openModel() : openProgram();
opened.then(
  () => send({ open: true }),
  (error) => send({ open: false, error: String(error?.message ?? error) }),
);

async function openModel() {
  const session = await InferenceSession.create(model, options);
  return {
    async run(feeds) {
      const tensors = {};
      for (const [name, { dtype, data, shape }] of Object.entries(feeds)) {
        tensors[name] = new Tensor(dtype, data, shape);
      }
      const results = {};
      for (const [name, { data, dims }] of Object.entries(await session.run(tensors))) {
        results[name] = { shape: dims, data };
      }
      return results;
    },
    release: () => session.release(),
  };
}

// Host kernels are TypeScript, which this thread has yet to learn to read.
async function openProgram() {
  const { register } = await import('tsx/esm/api');
  register();
  const program = await import('./program.ts');
  return program.openProgram(model, options);
}

parentPort.on('message', async (request) => {
  const session = await opened;
  if (request === 'close') {
    await session.release();
    parentPort.close();
    return;
  }
  try {
    const results = {};
    for (const [name, { shape, data }] of Object.entries(await session.run(request))) {
      // Copied: onnxruntime owns what it answers with.
      results[name] = { shape: [...shape], data: data.slice() };
    }
    send(
      { results },
      Object.values(results).map(({ data }) => data.buffer),
    );
  } catch (error) {
    send({ error: String(error?.message ?? error) });
  }
});
