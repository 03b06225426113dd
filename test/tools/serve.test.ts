import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { foresight } from './run-foresight.ts';

test('foresight serve says where, and Ctrl-C stops it with exit code 130', async () => {
  const { code, stdout, stderr } = await foresight(['serve', '--port', '0'], {
    interruptAt: /127\.0\.0\.1:\d+/,
  });
  expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/);
  expect(stderr).toContain('stopping');
  expect(stderr).not.toContain('error');
  expect(code).toBe(130);
});

test('a port in use fails, with the port and what to do', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const { code, stderr } = await foresight(['serve', '--port', String(port)]);
  expect(code).toBe(1);
  expect(stderr).toContain(`error: port ${port} is in use`);
  expect(stderr).toMatch(/next: .*--port/);
});

test('a port that is none is bad usage', async () => {
  expect((await foresight(['serve', '--port', '80000'])).code).toBe(2);
});
