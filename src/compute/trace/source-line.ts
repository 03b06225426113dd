/** Finds the line of the model that led here, for errors raised while tracing. */

const HERE = new URL('..', import.meta.url).pathname;

/** The innermost stack frame outside node_modules and this room, as `file:line:column`. */
export function sourceLine(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  const frames = (new Error().stack ?? '').split('\n').slice(1);
  Error.stackTraceLimit = limit;
  const frame = frames.find(
    (line) => !line.includes('node_modules') && !line.includes('node:') && !line.includes(HERE),
  );
  const place = frame?.match(/\(?((?:file:\/\/)?\/?[^\s()]+:\d+:\d+)\)?$/)?.[1];
  return place?.replace('file://', '') ?? 'an unknown line';
}

/** Whether a function of tfjs itself whose name matches is being executed. */
export function insideTfjs(functionName: RegExp): boolean {
  return callSites().some(
    (site) =>
      functionName.test(site.getFunctionName() ?? '') &&
      site.getFileName()?.includes('node_modules') === true,
  );
}

/** The stack as it is, without the costly way back through source maps. */
function callSites(): NodeJS.CallSite[] {
  const errors: { prepareStackTrace?: unknown; stackTraceLimit: number } = Error;
  const { prepareStackTrace, stackTraceLimit } = errors;
  errors.stackTraceLimit = 20;
  errors.prepareStackTrace = (_error: Error, sites: NodeJS.CallSite[]) => sites;
  const sites = new Error().stack as unknown as NodeJS.CallSite[];
  errors.prepareStackTrace = prepareStackTrace;
  errors.stackTraceLimit = stackTraceLimit;
  return sites;
}
