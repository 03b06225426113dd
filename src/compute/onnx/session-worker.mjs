// One onnxruntime session in a thread of its own: see worker-session.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const { model, options } = workerData;
const session = InferenceSession.create(model, options);

const send = (message, transfer) => parentPort.postMessage(message, transfer);
session.then(
  () => send({ open: true }),
  (error) => send({ open: false, error: String(error?.message ?? error) }),
);

parentPort.on('message', async (request) => {
  if (request === 'close') {
    await (await session).release();
    parentPort.close();
    return;
  }
  try {
    const feeds = {};
    for (const [name, { dtype, data, shape }] of Object.entries(request)) {
      feeds[name] = new Tensor(dtype, data, shape);
    }
    const results = {};
    for (const [name, { data, dims }] of Object.entries(await (await session).run(feeds))) {
      // Copied: onnxruntime owns what it answers with.
      results[name] = { shape: [...dims], data: data.slice() };
    }
    send(
      { results },
      Object.values(results).map(({ data }) => data.buffer),
    );
  } catch (error) {
    send({ error: String(error?.message ?? error) });
  }
});
