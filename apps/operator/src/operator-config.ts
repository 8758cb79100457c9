import type { RenderOptions } from '#kubernetes';
import type { LeaseTimes } from './leader/leader-election.js';
import type { EngineStores } from './stores/stores-secret.js';

/** In milliseconds. */
export interface OperatorIntervals {
  /** How long a status can show what an experiment did before. */
  readonly experiments: number;
  /** Everything is looked at again. */
  readonly resync: number;
  /** The certificate of the webhooks is looked at again. */
  readonly certificate: number;
  /** How long engines are waited for that cannot be asked whether they serve a new graph. */
  readonly graph: number;
}

export const DEFAULT_INTERVALS: OperatorIntervals = {
  experiments: 15_000,
  resync: 10 * 60_000,
  certificate: 30_000,
  graph: 90_000,
};
export const DEFAULT_LEASE_TIMES: LeaseTimes = { duration: 15_000, deadline: 10_000, retry: 2_000 };
export const DEFAULT_WORKERS = 4;

export interface OperatorConfig {
  /** A file; otherwise the pod's own access, or `~/.kube/config`. */
  readonly kubeconfig?: string | undefined;
  /** Name and port of the API server, as a pod is told. */
  readonly apiServer?: string | undefined;
  /** Empty: all. */
  readonly namespaces: readonly string[];
  /** The value of the label `seldon.io/controller-id`; empty: deployments without it. */
  readonly class: string;
  /** Where health and metrics are served. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly render: RenderOptions;
  /** Null: nothing is recorded. */
  readonly stores: OperatorStores | null;
  readonly lease: {
    /** Otherwise that of the access. */
    readonly namespace?: string | undefined;
    readonly identity: string;
    readonly times: LeaseTimes;
  };
  /** Null: none are served. */
  readonly webhooks: WebhooksConfig | null;
  readonly workers: number;
  readonly intervals: OperatorIntervals;
}

export interface OperatorStores {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** What engines are told. */
  readonly engine: EngineStores;
}

export interface WebhooksConfig {
  /** 0 takes a free one. */
  readonly port: number;
  readonly certificate: OwnCertificateConfig | MountedCertificateConfig;
}

/** The operator issues it. */
export interface OwnCertificateConfig {
  /** Of the Secret that it is kept in, and of the configurations that are told of its authority. */
  readonly name: string;
  /** Names and addresses that it is for. */
  readonly hosts: readonly string[];
}

/** Somebody else issues it. */
interface MountedCertificateConfig {
  /** With `tls.crt` and `tls.key`. */
  readonly folder: string;
}
