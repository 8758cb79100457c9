/** In a child: tells the parent that the service is up. */
export function reportServing(): void {
  process.send?.('serving');
}

/**
 * In a child: calls `stop` once the parent let go or died. Signals are left to the parent, because Ctrl-C and
 * service managers send them to every process at once, while the services must outlive what uses them.
 */
export function onParentGone(stop: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.once('disconnect', stop);
  if (!process.connected) stop();
}
