import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { ApiError, isMissing } from '../api/errors.js';
import { collectionPath, objectPath } from '../api/kinds.js';
import type { KubernetesClient } from '../api/kubernetes-client.js';
import type { ResourceMetadata } from '../api/kubernetes-resource.js';

const LEASES = { apiVersion: 'coordination.k8s.io/v1', plural: 'leases' };

/** In milliseconds. */
export interface LeaseTimes {
  /** How long a leader that is silent stays the leader. */
  readonly duration: number;
  /** After how long without a renewal a leader steps down; shorter than `duration`. */
  readonly deadline: number;
  readonly retry: number;
}

export interface LeaseOptions {
  readonly namespace: string;
  readonly name: string;
  /** Who this is. */
  readonly identity: string;
  readonly times: LeaseTimes;
}

interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

interface Lease {
  readonly metadata: ResourceMetadata;
  readonly spec: LeaseSpec;
}

/**
 * One of several processes leads: the one whose name a Lease holds. Others' clocks are not trusted: a leader is gone
 * when its renewals have not been seen to change for as long as they are good for.
 */
export class LeaderElection {
  private readonly logger = new Logger('Operator');
  private lease: Lease | null = null;
  /** When the holder's last renewal was seen. */
  private seen = { renewal: '', at: 0 };

  constructor(
    private readonly client: KubernetesClient,
    private readonly options: LeaseOptions,
  ) {}

  /** Calls `lead` whenever this process leads, with a signal that ends when it no longer does; until `stop`. */
  async run(lead: (signal: AbortSignal) => Promise<void>, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      if (await this.tried(() => this.acquire())) await this.term(lead, stop);
      else await this.pause(stop);
    }
  }

  private async term(lead: (signal: AbortSignal) => Promise<void>, stop: AbortSignal): Promise<void> {
    this.logger.log(`${this.options.identity} leads`);
    const lost = new AbortController();
    const signal = AbortSignal.any([stop, lost.signal]);
    const led = lead(signal).catch((error: Error) => {
      this.logger.error(error.message);
      lost.abort();
    });
    await this.hold(signal);
    lost.abort();
    await led;
    if (stop.aborted) await this.tried(() => this.release());
    this.logger.log(`${this.options.identity} leads no longer`);
  }

  /** Renews until that has not worked for too long, or somebody else has the Lease. */
  private async hold(signal: AbortSignal): Promise<void> {
    let renewed = performance.now();
    while (!signal.aborted) {
      await this.pause(signal);
      if (signal.aborted) return;
      const asked = performance.now();
      if (await this.tried(() => this.acquire())) renewed = asked;
      else if (this.isHeldByOther() || performance.now() - renewed > this.options.times.deadline) return;
    }
  }

  /** Whether this process holds the Lease afterwards. */
  private async acquire(): Promise<boolean> {
    const { identity, times } = this.options;
    const lease = await this.read();
    const { holderIdentity: holder, acquireTime, leaseTransitions = 0 } = lease?.spec ?? {};
    if (holder && holder !== identity && !this.hasExpired(lease!.spec)) return false;
    const now = new Date().toISOString().replace('Z', '000Z');
    const isNew = holder !== identity;
    await this.write(lease, {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(times.duration / 1000),
      acquireTime: isNew ? now : (acquireTime ?? now),
      renewTime: now,
      leaseTransitions: leaseTransitions + (isNew && lease ? 1 : 0),
    });
    return true;
  }

  private hasExpired({ renewTime = '', leaseDurationSeconds = 0, holderIdentity }: LeaseSpec): boolean {
    const renewal = `${holderIdentity} ${renewTime}`;
    if (this.seen.renewal !== renewal) this.seen = { renewal, at: performance.now() };
    return performance.now() - this.seen.at > leaseDurationSeconds * 1000;
  }

  private isHeldByOther(): boolean {
    const holder = this.lease?.spec.holderIdentity;
    return holder !== undefined && holder !== this.options.identity;
  }

  /** The next one need not wait until the Lease runs out. */
  private async release(): Promise<boolean> {
    const lease = await this.read();
    if (lease?.spec.holderIdentity !== this.options.identity) return false;
    await this.write(lease, { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1 });
    return true;
  }

  private async read(): Promise<Lease | null> {
    const { namespace, name } = this.options;
    try {
      this.lease = await this.client.call<Lease>({
        method: 'GET',
        path: objectPath(LEASES, namespace, name),
        timeoutMs: this.callTimeout(),
      });
    } catch (error) {
      if (!isMissing(error)) throw error;
      this.lease = null;
    }
    return this.lease;
  }

  /** Refused with a 409 when somebody else wrote since it was read. */
  private async write(before: Lease | null, spec: LeaseSpec): Promise<void> {
    const { namespace, name } = this.options;
    const metadata = { name, namespace, ...(before && { resourceVersion: before.metadata.resourceVersion }) };
    this.lease = await this.client.call<Lease>({
      method: before ? 'PUT' : 'POST',
      path: before ? objectPath(LEASES, namespace, name) : collectionPath(LEASES, namespace),
      body: { apiVersion: LEASES.apiVersion, kind: 'Lease', metadata, spec },
      timeoutMs: this.callTimeout(),
    });
  }

  /** A renewal that starts just before the deadline has ended, read and written, before others may take over. */
  private callTimeout(): number {
    const { duration, deadline } = this.options.times;
    return (duration - deadline) / 2;
  }

  /** False as well where it failed; only what nobody expects is worth a line. */
  private async tried(action: () => Promise<boolean>): Promise<boolean> {
    try {
      return await action();
    } catch (error) {
      const isExpected = error instanceof ApiError && error.status === 409;
      if (!isExpected) this.logger.warn(`the Lease: ${(error as Error).message}`);
      return false;
    }
  }

  private async pause(signal: AbortSignal): Promise<void> {
    const spread = 1 + Math.random() * 0.2;
    await sleep(this.options.times.retry * spread, undefined, { signal }).catch(() => {});
  }
}
